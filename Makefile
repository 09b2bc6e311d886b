# MgCap. `make` alone lists what can be made; the work is done by scripts/.
SHELL   := /bin/bash
PREFIX  ?= /usr/local
export PREFIX DESTDIR FILTER

.DEFAULT_GOAL := help
.PHONY: help run test test-fresh test-kmod test-kmod-debug bench bench-kmod pictures build format install uninstall clean

help: ## print this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | while IFS=$$'\t' read -r target does; do printf 'make %-15s %s\n' "$$target" "$$does"; done

run: ## start the console on http://127.0.0.1:5080 (ARGS="--urls http://127.0.0.1:6000" and other options go to it)
	@scripts/run.sh $(ARGS)

test: ## run every test (KERNELS="6.1 6.12" the module's in these kernels, KERNELS= in none; FILTER=… only what dotnet test --filter finds)
	@scripts/test.sh

test-fresh: ## as root: prove the set-up in bare Debians, bookworm and trixie (SUITES=trixie, FILTER=…)
	@scripts/test-fresh.sh $(SUITES)

test-kmod: ## test the kernel module in real kernels, booted in QEMU (KERNELS="6.1 trixie-backports", ONLY=scenario,scenario)
	@tests/kmod/run.sh $(KERNELS)

test-kmod-debug: ## test it in a kernel that looks for faults: KASAN, lockdep, kmemleak (half an hour; builds that kernel first)
	@tests/kmod/debug.sh

bench: ## measure MgCap beside other capture programs (DEV=eth1 at a real port, DISK=/var/tmp with a disk; ARGS="--rounds 5 --lengths 128"); results: artifacts/bench
	@scripts/bench.sh $(if $(DEV),--device $(DEV)) $(if $(DISK),--disk $(DISK)) $(ARGS)

bench-kmod: ## measure the kernel module beside tcpdump, in an emulated kernel; results: artifacts/bench/kmod.txt
	@tests/kmod/bench.sh

pictures: ## as root: take README's pictures anew, from the real console and real traffic
	@scripts/pictures.sh

build: ## build everything, optimised
	@source scripts/common.sh && dotnet build MgCap.Web.sln -c Release -nologo

format: ## bring the source into the code style
	@source scripts/common.sh && dotnet format MgCap.Web.sln

install: ## install mgcap, mgdump and the console below PREFIX (/usr/local), or below DESTDIR/PREFIX
	@scripts/install.sh install

uninstall: ## remove what install put there
	@scripts/install.sh uninstall

clean: ## remove everything that was built
	rm -rf artifacts {src,tests}/*/{bin,obj}
