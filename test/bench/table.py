"""Tables as Markdown, so that they can be pasted."""


def numbers(value):
    """Three significant digits or so."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def print_table(title, header, rows):
    rows = [[str(cell) for cell in row] for row in [header, *rows]]
    width = [max(len(row[i]) for row in rows) for i in range(len(header))]
    lines = ["| " + " | ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, width))) + " |"
             for row in rows]
    rule = "|" + "|".join("-" * (w + 1) + ("-" if i == 0 else ":") for i, w in enumerate(width)) + "|"
    print(f"\n{title}\n\n" + "\n".join([lines[0], rule, *lines[1:]]) + "\n", flush=True)
