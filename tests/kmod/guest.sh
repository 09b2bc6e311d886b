#!/bin/sh
# The guest's init: sets the kernel up, runs the scenarios and powers off. Its console is what run.sh reads.
export PATH=/bin
mount -t proc none /proc
mount -t sysfs none /sys
if [ -d /sys/kernel/debug ]; then mount -t debugfs none /sys/kernel/debug; fi
mount -t devtmpfs none /dev
mkdir -p /tmp /run/netns /var
mount -t tmpfs none /tmp
mount -t tmpfs none /run
ln -sf /run /var/run
dmesg -n 1
# Only now the other processors (maxcpus=1 is on the command line): while it boots, the kernel rewrites its own instructions, and
# QEMU's processors, each a thread, sometimes run one of the breakpoints that stand there meanwhile after it is gone.
for processor in /sys/devices/system/cpu/cpu[1-9]*; do echo 1 > "$processor/online"; done
ip link set lo up
for module in $(cat /modules/order); do insmod "/modules/$module" || echo "# could not load $module"; done

. /scenarios.sh
. /scenarios-mgcap.sh
. /scenarios-hwtstamp.sh
if [ -e /scenarios-console.sh ]; then . /scenarios-console.sh; fi
if [ -e /rates.sh ]; then . /rates.sh; fi

splat='BUG:|WARNING:|Oops|general protection|Call Trace|KASAN|UBSAN|lockdep|rcu: INFO|use-after-free'
for scenario in $scenarios; do
  case " $(cat /proc/cmdline) " in
    *" only="*) case "$(sed 's/.*only=//; s/ .*//' /proc/cmdline)," in *"$scenario,"*) ;; *) continue ;; esac ;;
  esac
  dmesg -c > /dev/null
  read -r begun _ < /proc/uptime
  if $scenario > /tmp/log 2>&1 && [ ! -e /sys/module/mgcap ] && ! dmesg | grep -qE "$splat"; then
    grep '^#' /tmp/log
    read -r ended _ < /proc/uptime
    echo "ok $scenario ($((${ended%.*} - ${begun%.*})) s)"
  else
    sed 's/^/    /' /tmp/log
    dmesg | grep -E -A 30 "$splat" | sed 's/^/    /'
    echo "not ok $scenario"
  fi
  # Whatever a failure left behind must not fail the next one.
  cut_cable > /dev/null 2>&1
  for left in br0 bond0 m0 t0; do ip link del $left > /dev/null 2>&1; done
  if [ -e /sys/module/mgcap ]; then
    killall probe 2> /dev/null
    exec 7<&-
    sleep 1
    rmmod mgcap
  fi
  if [ -e /sys/module/stampdev ]; then rmmod stampdev; fi
done
# What nobody points to any more has to be some seconds old to be told.
if [ -e /sys/kernel/debug/kmemleak ]; then
  sleep 6
  for scan in 1 2; do echo scan > /sys/kernel/debug/kmemleak; done
  sed 's/^/    /' /sys/kernel/debug/kmemleak > /tmp/leaks
  if [ -s /tmp/leaks ]; then
    cat /tmp/leaks
    echo "not ok no_leaks"
  else
    echo "ok no_leaks"
  fi
fi
echo "guest done"
poweroff -f
