# Write requirements.txt and requirements-dev.txt from pyproject.toml, for every supported Python and platform at once.
# Pinned versions are kept where they still fit; UPGRADE=1 takes the newest that pyproject.toml allows.
set -eu

python=$(sh "$(dirname "$0")/find_python.sh")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet uv

compile() {
    "$work/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --custom-compile-command "make lock" ${UPGRADE:+--upgrade} pyproject.toml "$@"
}
compile --output-file requirements.txt
# Constrained by the first, so that tests run on exactly the versions that are shipped.
compile --group dev --constraint requirements.txt --output-file requirements-dev.txt

if grep -nE '://|^--' requirements.txt requirements-dev.txt; then
    echo "A requirements file names where packages come from; it must not." >&2
    exit 1
fi
