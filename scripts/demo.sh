#!/usr/bin/env bash
# What `make demo` shows: demo.sh BIN OUT. The main job on the invented clinic, in the terminal and as a page.
set -euo pipefail
bin=$1 out=$2
mkdir -p "$out"
echo "\$ mingjian check demo/clinic"
echo
# 1 means findings, which is what a demonstration is for; anything else is a failure.
"$bin/mingjian" check demo/clinic || [ $? -eq 1 ]
"$bin/mingjian" check demo/clinic --format html --output "$out/report.html" --exit-zero
echo
echo "The same as a page to hand on: $out/report.html"
