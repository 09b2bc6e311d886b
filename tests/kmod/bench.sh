#!/usr/bin/env bash
# Measures, in the newest 6.12 of bookworm in QEMU, how many packets a processor can receive while nothing, tcpdump or mgcap.ko
# captures them, and prints the medians of three interleaved rounds as ratios: rates.sh says what is measured. Emulated processors
# are no measure of time, and this machine may have other things to do: so the instructions are counted that the receiving
# processor runs for each packet (instructions/), which is the same in every round, and a processor receives the more the fewer
# they are. KERNEL=… takes another kernel, as run.sh names them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

results="$PWD/artifacts/bench/kmod.txt"
plugin="$PWD/artifacts/bench/instructions.so"
counts="$PWD/artifacts/bench/kmod-instructions.txt"
mkdir -p "${results%/*}"
gcc -std=gnu11 -O2 -Wall -Wextra -Wno-unused-parameter -Werror -shared -fPIC -fvisibility=hidden -o "$plugin" tests/kmod/instructions/instructions.c
export EMULATION="-accel tcg,thread=multi -plugin $plugin,out=$counts" RATES="ROUNDS=${ROUNDS:-3}" MEMORY=2048 PATIENCE=3
# One for the script, one for the receiving side, one for who captures, five to send more than can be received. Without the instructions for whole
# copies (rep movsb): each byte of these would count as one.
export PROCESSORS=8 PROCESSOR=max,-erms,-fsrm,-fzrm,-fsrs,-fsrc
tests/kmod/run.sh "${KERNEL:-6.12}" | tee "$results"

awk '
  function median(values,    list, count, i, j, swap) {
    count = split(values, list, " ")
    for (i = 2; i <= count; i++)
      for (j = i; j > 1 && list[j - 1] + 0 > list[j] + 0; j--) { swap = list[j]; list[j] = list[j - 1]; list[j - 1] = swap }
    return list[int((count + 1) / 2)]
  }
  # Columns are processors, from 0.
  FNR == NR { receiving[FNR] = $2; reading[FNR] = $3; next }
  / # rate / {
    end = 2 * ++runs
    cost[$4, $5] = cost[$4, $5] " " (receiving[end] - receiving[end - 1]) / $6
    reader[$4, $5] = reader[$4, $5] " " (reading[end] - reading[end - 1]) / $6
    captured[$4, $5] = captured[$4, $5] " " (1 - $8 / $7)
  }
  END {
    print "| packets | who captures | instructions a packet: receiving | reading | received, to nothing captured | captured, to tcpdump | captured of those received |"
    print "|---|---|---|---|---|---|---|"
    for (l = split("others own", loads, " "); l > 0; l--)
      for (w = 1; w <= split("nothing tcpdump mgcap-mirror mgcap-drop", whos, " "); w++) {
        load = loads[3 - l]; who = whos[w]
        own = median(cost[load, who])
        if (who == "nothing") { base = own; printf "| %s | nothing | %.0f | | 1 | | |\n", load, own; continue }
        taken = median(captured[load, who])
        if (who == "tcpdump") tcpdump = taken / own
        printf "| %s | %s | %.0f | %.0f | %.2f | %.2f | %.3f |\n", load, who, own, median(reader[load, who]), base / own, taken / own / tcpdump, taken
      }
  }' "$counts" "$results" | tee -a "$results"
