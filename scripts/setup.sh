#!/usr/bin/env bash
# Makes everything that a fresh Debian 12 machine lacks: packages, .venv/, fonts, compiled texts.
#   scripts/setup.sh run|test|bench
# A later purpose needs what an earlier one needs. A second run finds its stamp and takes a moment.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}

# Screens draw with Mesa's software GL where there is no graphics card; libmtdev1 reads a real touch panel;
# xvfb is the X server of a machine without a screen. The shims of the tests and the benchmark are compiled.
# alsa-utils plays the announcements.
run_packages=(xvfb libgl1 libgl1-mesa-dri libgles2 libmtdev1 fonts-noto-cjk alsa-utils)
test_packages=(xdotool chromium gcc libc6-dev)
bench_packages=(wrk)
packages=("${run_packages[@]}")
case $purpose in
    run) ;;
    test) packages+=("${test_packages[@]}") ;;
    bench) packages+=("${test_packages[@]}" "${bench_packages[@]}") ;;
    *) echo "usage: scripts/setup.sh run|test|bench" >&2; exit 2 ;;
esac

say() { printf '== %s\n' "$*"; }

find_python() { # prints the first Python that is new enough and can make a virtual environment
    local candidate
    for candidate in ${PYTHON:-} /usr/bin/python3 python3 python3.11 python3.12 python3.13; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

install_packages() { # installs by apt-get as root or through sudo; else prints the line to type
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
            echo "Some Debian packages are missing. Please type this line, then start again:" >&2
            echo "    su -c 'apt-get update && apt-get install -y --no-install-recommends $*'" >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    local attempt
    for attempt in 1 2; do
        if "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q \
            && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y -q --no-install-recommends "$@"; then
            return
        fi
        [ "$attempt" = 2 ] || { say "apt-get failed; once more in 5 seconds"; sleep 5; }
    done
    echo "apt-get could not install: $*" >&2
    exit 1
}

# The stamp holds the folder too: a virtual environment that was moved or copied does not work.
wanted="$(cat requirements.txt scripts/setup.sh scripts/assets.py | sha256sum) $PWD"
stamp=build/setup-$purpose.stamp
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || ! .venv/bin/python -c '' 2>/dev/null; then
    command -v dpkg-query >/dev/null || { echo "This set-up knows Debian's packages only (no dpkg-query)." >&2; exit 1; }
    missing=()
    for package in "${packages[@]}"; do
        installed "$package" || missing+=("$package")
    done
    find_python >/dev/null || missing+=(python3 python3-venv)
    if [ ${#missing[@]} -gt 0 ]; then
        say "Debian packages: ${missing[*]}"
        install_packages "${missing[@]}"
    fi

    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        python=$(find_python) || { echo "Python 3.11 or later with its venv module is needed." >&2; exit 1; }
        say "virtual environment from $python"
        rm -rf .venv
        "$python" -m venv .venv
    fi
    say "Python packages"
    .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check -r requirements.txt
    say "fonts"
    .venv/bin/python scripts/assets.py fonts
    mkdir -p build
    printf '%s' "$wanted" > "$stamp"
fi

stale=
for source in locale/*/LC_MESSAGES/*.po; do
    [ ! -e "$source" ] || [ "build/${source%.po}.mo" -nt "$source" ] || stale=yes
done
if [ -n "$stale" ]; then
    say "English texts"
    .venv/bin/python scripts/assets.py texts
fi
