#!/bin/sh
# The guest's init: sets the kernel up, runs the scenarios and powers off. Its console is what run.sh reads.
export PATH=/bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mkdir -p /tmp /run/netns /var
mount -t tmpfs none /tmp
mount -t tmpfs none /run
ln -sf /run /var/run
dmesg -n 1
ip link set lo up
for module in $(cat /modules/order); do insmod "/modules/$module" || echo "# could not load $module"; done

. /scenarios.sh
. /scenarios-mgcap.sh
. /scenarios-hwtstamp.sh

splat='BUG:|WARNING:|Oops|general protection|Call Trace|KASAN|UBSAN|lockdep|rcu: INFO|use-after-free'
for scenario in $scenarios; do
  case " $(cat /proc/cmdline) " in
    *" only="*) case "$(sed 's/.*only=//; s/ .*//' /proc/cmdline)," in *"$scenario,"*) ;; *) continue ;; esac ;;
  esac
  dmesg -c > /dev/null
  if $scenario > /tmp/log 2>&1 && [ ! -e /sys/module/mgcap ] && ! dmesg | grep -qE "$splat"; then
    grep '^#' /tmp/log
    echo "ok $scenario"
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
echo "guest done"
poweroff -f
