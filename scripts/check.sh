#!/usr/bin/env bash
# Every check that runs no test; all of them, even when one fails. Called by "make check".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed=()

check() {
  local name=$1 began=$SECONDS
  shift
  printf '%s ... ' "$name"
  if output=$("$@" 2>&1); then
    printf 'ok (%s s)\n' $((SECONDS - began))
  else
    printf 'FAILED\n%s\n' "$output"
    failed+=("$name")
  fi
}

check "style" ruff check --quiet .
check "format" ruff format --check .
check "types" mypy
check "security" bandit --quiet --recursive mapsvc scripts -ll
check "layers" lint-imports
check "templates" python scripts/check_templates.py
check "catalogues" python scripts/check_catalogues.py
check "content" python -m mapsvc content check
check "spelling" python scripts/check_spelling.py
check "words" python scripts/check_words.py

if ((${#failed[@]})); then
  printf 'Failed: %s\n' "${failed[*]}"
  exit 1
fi
