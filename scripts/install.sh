#!/bin/sh
# install.sh FOLDER REQUIREMENTS: make the environment FOLDER if it is not there (or no longer runs) and install into it.
# With uv where it exists, else with venv and pip. `UV= make setup` goes without uv.
set -eu

folder=$1
requirements=$2
uv=${UV-$(command -v uv || true)}

find_python() {
    # A name on the PATH may be a shim that has no version behind it, so each one is run.
    for name in python3.13 python3.12 python3.11 python3.14 python3 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    echo "Tideline needs Python 3.11 or newer, and none was found on the PATH." >&2
    echo "Install it from your system's packages or from python.org, then run this again." >&2
    return 1
}

if ! "$folder/bin/python" -c '' >/dev/null 2>&1; then
    python=$(find_python)
    echo "Making $folder with $("$python" --version)"
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --clear --python "$python" "$folder"
    elif ! "$python" -m venv --clear "$folder"; then
        echo "$python cannot make environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
fi

if [ -n "$uv" ]; then
    "$uv" pip install --quiet --python "$folder/bin/python" -r "$requirements"
else
    "$folder/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check --no-input -r "$requirements"
    # pip compiles on one core; this does on all.
    "$folder/bin/python" -m compileall -q -j 0 "$folder/lib"
fi
