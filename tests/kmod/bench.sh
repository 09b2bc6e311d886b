#!/usr/bin/env bash
# Measures, in the newest 6.12 of bookworm in QEMU, how many packets a second get through while nothing, tcpdump or mgcap.ko
# captures them, and prints the medians of three interleaved rounds as ratios: rates.sh says what is measured. Emulated
# processors are no measure of anything by themselves. The guest's time is counted in instructions, 8 ns each, of both
# processors together, which does not depend on what else this machine does; EMULATION='-accel tcg,thread=multi' takes real time.
# KERNEL=… takes another kernel, as run.sh names them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

results=artifacts/bench/kmod.txt
mkdir -p "${results%/*}"
export EMULATION="${EMULATION:--accel tcg,thread=single -icount shift=3}" RATES="ROUNDS=${ROUNDS:-3}" MEMORY=2048 PATIENCE=3
tests/kmod/run.sh "${KERNEL:-6.12}" | tee "$results"

awk '
  function median(values,    list, count, i, j, swap) {
    count = split(values, list, " ")
    for (i = 2; i <= count; i++)
      for (j = i; j > 1 && list[j - 1] + 0 > list[j] + 0; j--) { swap = list[j]; list[j] = list[j - 1]; list[j - 1] = swap }
    return list[int((count + 1) / 2)]
  }
  / # rate / {
    sent[$4, $5] = sent[$4, $5] " " $6
    captured[$4, $5] = captured[$4, $5] " " $7
  }
  END {
    print "| packets | who captures | get through, to nothing captured | captured, to tcpdump | captured of those sent |"
    print "|---|---|---|---|---|"
    for (l = split("others own", loads, " "); l > 0; l--)
      for (w = 1; w <= split("nothing tcpdump mgcap-mirror mgcap-drop", whos, " "); w++) {
        load = loads[3 - l]; who = whos[w]
        through = median(sent[load, who]); taken = median(captured[load, who])
        if (who == "nothing") { base = through; print "| " load " | nothing | 1 | | |"; continue }
        if (who == "tcpdump") tcpdump = taken
        printf "| %s | %s | %.2f | %.2f | %.2f |\n", load, who, through / base, taken / tcpdump, taken / through
      }
  }' "$results" | tee -a "$results"
