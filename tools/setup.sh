# Prepares a checkout to run: what `run` and `test` have in common. Sourced by sh, from the top of the checkout.
#
#   prepare run     everything that the show needs
#   prepare test    that, and everything that the tests need
#
# Nothing is done twice: a stamp in .venv says what is installed.

APT_RUN="python3 python3-venv ca-certificates libportaudio2 libgl1 libegl1 libgl1-mesa-dri libfontconfig1 libglib2.0-0
libxkbcommon0 libdbus-1-3 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"
APT_TEST="xvfb xauth xdotool pulseaudio pulseaudio-utils libasound2-plugins liblo-tools fluidsynth fluid-soundfont-gm mma
libopenmpt0"

say() { printf '%s\n' "$*" >&2; }

missing_packages() {
    for package in $1; do
        # shellcheck disable=SC2016
        state=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) || state=
        case $state in *" installed") ;; *) printf '%s ' "$package" ;; esac
    done
}

install_packages() {
    command -v dpkg-query >/dev/null 2>&1 || return 0
    missing=$(missing_packages "$1")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else
        say "These packages are missing and need root to install. Please run:"
        say "  sudo apt-get install --no-install-recommends $missing"
        say "and start again."
        exit 1
    fi
    say "installing packages: $missing"
    $as_root apt-get update -qq >/dev/null 2>&1 || say "apt-get update failed; trying with the lists that are here"
    # shellcheck disable=SC2086
    if ! DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends $missing >/tmp/farandole-apt.log 2>&1
    then
        tail -n 15 /tmp/farandole-apt.log >&2
        say "apt-get could not install: $missing"
        say "Please install them by hand and start again."
        exit 1
    fi
}

find_python() {
    for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
        then
            printf '%s' "$candidate"
            return
        fi
    done
    say "Farandole needs Python 3.11, 3.12 or 3.13 with the venv module; none was found."
    say "Install one, or name it: PYTHON=/path/to/python3 $0"
    exit 1
}

install_python_packages() {
    stamp=".venv/.farandole-$1"
    wanted=$(cat pyproject.toml constraints.txt tools/setup.sh | cksum)
    [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return 0
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
        python=$(find_python) || exit 1
        say "making the virtual environment .venv with $python"
        rm -rf .venv
        "$python" -m venv .venv || exit 1
    fi
    say "installing Python packages (the first time this takes a minute or two)"
    # pip before 25.1 knows no dependency groups, so it is brought up to date first.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1' || exit 1
    if [ "$1" = test ]; then group="--group dev"; else group=""; fi
    # shellcheck disable=SC2086
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt $group -e . || {
        say "pip could not install what pyproject.toml asks for; see above."
        exit 1
    }
    printf '%s\n' "$wanted" >"$stamp"
    # What serves the tests serves the show.
    [ "$1" = test ] && printf '%s\n' "$wanted" >.venv/.farandole-run
    return 0
}

prepare() {
    case $(uname -s) in
        Linux)
            install_packages "$APT_RUN"
            [ "$1" = test ] && install_packages "$APT_TEST"
            ;;
    esac
    install_python_packages "$1"
}
