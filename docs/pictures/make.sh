#!/usr/bin/env bash
# Makes the README's pictures again, out of the real thing: three sample nights in a new project.
# Needs, beside collectctl: tmux, chromium, libreoffice, pdftoppm, and a Chinese font.
#   PATH=$PWD/.venv/bin:$PATH bash docs/pictures/make.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'tmux -L "$(basename "$work")" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
quiet=(--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking
  --disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$work/profile")

collectctl init night 2> /dev/null
collectctl run --project night --quiet
collectctl run --project night --quiet

# The terminal, as somebody sees it who starts the third night.
tmux -L "$(basename "$work")" -f /dev/null new-session -d -x 108 -y 150 \
  "PS1='\$ ' PATH='$PATH' bash --norc --noprofile"
sleep 1
tmux -L "$(basename "$work")" send-keys 'collectctl run --project night' Enter
until grep -sq published night/logs/*.jsonl && [ -d night/archive/2026-11-20 ]; do sleep 1; done
sleep 1
tmux -L "$(basename "$work")" capture-pane -e -p > terminal.txt
python - << 'PY'
from pathlib import Path
from rich.console import Console
from rich.text import Text

seen = Path("terminal.txt").read_text().replace("\x1b[39m", "").replace("\x1b[49m", "")
lines = seen.rstrip().splitlines()
if lines[-1].strip() == "$":
    lines.pop()
console = Console(record=True, width=108, file=open("/dev/null", "w"), color_system="truecolor")
for line in lines:
    console.print(Text.from_ansi(line), soft_wrap=True)
page = (
    "<!doctype html><meta charset=utf-8><style>{stylesheet} body {{background:#101418;"
    "color:#d8dee4;margin:0;padding:14px 18px}} pre {{font:13px/1.3 'DejaVu Sans Mono',"
    "monospace;margin:0}}</style><pre>{code}</pre>"
)
Path("terminal.html").write_text(console.export_html(code_format=page))
Path("height").write_text(str(round(len(lines) * 16.9) + 28))
PY
chromium "${quiet[@]}" --window-size=900,"$(cat height)" --screenshot=terminal.png \
  "file://$work/terminal.html" 2> /dev/null

# The first sheet of a print batch.
night=night/archive/2026-11-20
chromium "${quiet[@]}" --no-pdf-header-footer --print-to-pdf=letter.pdf \
  "file://$work/$night/prepared/letters/overdue-notice-zh_CN-0001.html" 2> /dev/null
pdftoppm -r 110 -f 1 -l 1 -singlefile -png letter.pdf letter

# The list of one caller's workbook, its first rows.
python - << 'PY'
import openpyxl

book = openpyxl.load_workbook("night/archive/2026-11-20/queues/phone-P01.xlsx")
sheet = book.worksheets[1]
sheet.delete_rows(20, sheet.max_row)
sheet.print_area = f"A1:P{sheet.max_row}"
sheet.print_title_rows = None
sheet.page_setup.orientation = "landscape"
sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
sheet.sheet_properties.pageSetUpPr.fitToPage = True
margins = sheet.page_margins
margins.left = margins.right = margins.top = margins.bottom = 0.2
margins.header = margins.footer = 0
sheet.oddHeader.center.text = sheet.oddFooter.center.text = ""
book.active = 1
for other in book.worksheets:
    if other is not sheet:
        other.sheet_state = "hidden"
book.save("workbook.xlsx")
PY
libreoffice -env:UserInstallation="file://$work/office" --headless --convert-to pdf \
  workbook.xlsx > /dev/null 2>&1
pdftoppm -r 110 -x 0 -y 0 -W 1275 -H 575 -f 1 -l 1 -singlefile -png workbook.pdf workbook

# The morning's page.
chromium "${quiet[@]}" --window-size=900,1460 --screenshot=report.png \
  "file://$work/$night/report.html" 2> /dev/null

install -m 644 terminal.png letter.png workbook.png report.png "$here"
