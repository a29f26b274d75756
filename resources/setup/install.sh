# Bring .venv to what a requirements file pins: install.sh requirements-dev.txt
# Each step is skipped when it was done before with the same file, so calling this every time costs next to nothing.
set -eu

here=$(dirname "$0")
requirements=$1
venv=.venv
python=$venv/bin/python
stamp=$venv/installed-$requirements

if ! "$python" -c "import pip" 2>/dev/null; then
    chosen=$(sh "$here/find_python.sh")
    echo "Making $venv with $("$chosen" --version)"
    "$chosen" -m venv --clear "$venv"
fi

# What is needed to run is part of what is needed to test.
if cmp -s requirements.txt "$venv/installed-requirements.txt" && cmp -s "$requirements" "$stamp"; then
    exit 0
fi

echo "Installing $requirements into $venv (a few hundred MB the first time)"
rm -f "$venv"/installed-*
"$python" -m pip install --quiet --only-binary :all: --require-hashes -r "$requirements"

missing=$("$python" "$here/system_libraries.py")
if [ -n "$missing" ]; then
    . "$here/apt.sh"
    apt_install $missing || true
    "$python" "$here/system_libraries.py" --explain
fi

cp requirements.txt "$venv/installed-requirements.txt"
cp "$requirements" "$stamp"
