#!/usr/bin/env bash
# Prepares this checkout and does nothing, quickly, where all is in place.
#   setup.sh run     what "make run" needs
#   setup.sh check   the same and the checkers
#   setup.sh test    the same and PostGIS and Chromium
#   setup.sh bench   the same and what the benchmarks compare with
#   setup.sh wheel   what building the wheel needs; no Debian package is installed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup_lib.sh

mode=${1:-run}
case $mode in
  run) requirements=run lists=(scripts/packages.run) ;;
  check) requirements=test lists=(scripts/packages.run scripts/packages.check) ;;
  test) requirements=test lists=(scripts/packages.run scripts/packages.check scripts/packages.test) ;;
  bench) requirements=bench lists=(scripts/packages.run scripts/packages.check scripts/packages.test scripts/packages.bench) ;;
  wheel) requirements=build lists=() ;;
  *) fail "setup.sh knows run, check, test, bench and wheel, not \"$mode\"." ;;
esac

mkdir -p .setup
exec 9>.setup/lock
if ! flock -n 9; then
  say "Another set-up of this folder is under way. Waiting for it."
  flock 9
fi

ensure_packages "${lists[@]}"
ensure_venv
ensure_requirements "$requirements"
ensure_assets
ensure_catalogues
