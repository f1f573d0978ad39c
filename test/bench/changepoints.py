"""Runs public series through almanac.changepoints() and scores what it finds. See test/bench/changepoints."""

import csv
import os
import subprocess
import sys

from table import print_table

CALL = "almanac.changepoints(s.series, s.weights, period => {period}, log => {log})"
ALERT = 0.10  # of the effect, in the cases with injected steps: smaller changes are reported, but alarm nobody
ONLINE_FROM, ONLINE_EVERY = 48, 6


def numbers(values):
    return "{" + ",".join("NULL" if value is None else repr(value) for value in values) + "}"


def find(series, period, log):
    """[(key, at, earliest, latest, change)] of [(key, values, weights or None)]; positions from 0."""
    lines = []
    for key, values, weights in series:
        lines.append("\t".join([key, numbers(values), "\\N" if weights is None else numbers(weights)]))
    call = CALL.format(period=period, log=str(log).lower())
    script = ("CREATE TEMP TABLE s (key text, series float8[], weights float8[]);\nCOPY s FROM stdin;\n" + "\n".join(lines) +
              f"\n\\.\nSELECT s.key, c.at - 1, c.earliest - 1, c.latest - 1, c.change FROM s, {call} AS c;\n")
    out = subprocess.run(["psql", "-XqAtF,", "-v", "ON_ERROR_STOP=1"], input=script, text=True, check=True, capture_output=True).stdout
    rows = (line.split(",") for line in out.splitlines())
    return [(key, int(at), int(first), int(last), float(change or "inf")) for key, at, first, last, change in rows]


def figure(value, digits=3):
    return "" if value is None else f"{value:.{digits}f}"


def show(title, measured):
    """measured: (what, figure, least or most asked for, whether more is better)."""
    rows = [(what, figure(value), ("at least " if more else "at most ") + f"{bar:g}", "yes" if (value >= bar) == more or value == bar else "NO")
            for what, value, bar, more in measured]
    print_table(title, ["", "measured", "asked for", "reached"], rows)
    return all(row[-1] == "yes" for row in rows)


def alerts(found):
    by_key = {}
    for key, at, _, _, change in found:
        if change >= ALERT or change <= -ALERT / (1 + ALERT):
            by_key.setdefault(key, []).append((at, change))
    return by_key


def coverage(cases, found):
    """Of the steps that were found, how many lie between earliest and latest; and the widths."""
    held, widths = [], []
    for key, at, earliest, latest, _ in found:
        kind, true, factor = cases[key][:3]
        if kind == "step" and factor >= 1.15 and abs(at - true) <= 24:
            held.append(earliest <= true <= latest)
            widths.append(latest - earliest + 1)
    widths.sort()
    return sum(held) / len(held), widths[len(widths) // 2]


def online(cases):
    """Distinct alarms per series when a series is looked at again every few elements as it grows."""
    grown = []
    for key, (kind, _, _, data) in cases.items():
        if kind == "null":
            grown += [(f"{key}@{end}", [d[0] for d in data[:end]], [d[1] for d in data[:end]])
                      for end in range(ONLINE_FROM, len(data) + 1, ONLINE_EVERY)]
    raised = {}
    for key, at, _, _, change in sorted(find(grown, 24, True), key=lambda row: int(row[0].split("@")[1])):
        known = raised.setdefault(key.split("@")[0], [])
        if change >= ALERT and not any(abs(at - other) <= 12 for other in known):
            known.append(at)
    return sum(map(len, raised.values())) / sum(case[0] == "null" for case in cases.values())


def latencies(scorer, period):
    cases = {key: (kind, at, factor, data) for key, kind, at, factor, data in scorer.perf_cases()}
    found = find([(key, [d[0] for d in data], [d[1] for d in data]) for key, (_, _, _, data) in cases.items()], period, True)
    return cases, found, scorer.score_perf(alerts(found), quiet=True)


def main(folder):
    sys.path.insert(0, folder)
    import score_changepoints as scorer

    cases, found, score = latencies(scorer, 24)
    covered, width = coverage(cases, found)
    reached = show(f"Latencies with injected steps: {len(cases)} series, period 24, with calls", [
        ("precision", score["precision"], 0.95, True),
        ("recall of steps of 15 % and more", score["recall"], 0.90, True),
        ("false alarms per series without a step", score["fa_null"], 0.02, False),
        ("false alarms per series with a spike", score["fa_spike"], 0.05, False),
        ("error of the start: median", score["loc_med"], 0, False),
        ("error of the start: 90 % within", score["loc_p90"], 6, False),
        ("true start between earliest and latest", covered, 0.93, True),
        ("false alarms per series, looked at every 6 elements", online(cases), 0.10, False)])
    print(f"F1 {score['f1']:.3f}; recall by factor " + ", ".join(f"{factor:g}: {share:.2f}" for factor, share in score["by"].items()) +
          f"; improvements {score['improve']:.2f}; error of the effect {score['eff_med']:.3f}; width {width}")
    untold = latencies(scorer, "NULL")[2]
    print(f"without being told the period: precision {untold['precision']:.3f}, recall {untold['recall']:.3f}, F1 {untold['f1']:.3f}")

    series, _ = scorer.load_tcpd()
    pairs = [(key, values, None) for key, values in series.items()]
    by_key = {}
    for key, at, *_ in find(pairs, 1, False):
        by_key.setdefault(key, []).append(at)
    with open(os.devnull, "w") as nowhere:
        f1, precision, recall, covering = scorer.score_tcpd(by_key, out=nowhere)
    reached &= show("Series that people labelled (TCPD), no period, no logarithms", [("F1", f1, 0.72, True), ("covering", covering, 0.68, True)])
    print(f"precision {precision:.3f}, recall {recall:.3f}")
    published = list(csv.DictReader(open(os.path.join(folder, "cp_tcpd_published.csv"))))
    print_table("Published scores of others with their defaults, the same series", ["", "F1", "covering"], [
        (name, *(figure(sum(float(row[f"{name}_{what}"]) for row in published) / len(published)) for what in ("f1", "cover")))
        for name in ("binseg", "pelt", "amoc", "bocpd", "zero", "ecp")])

    again = find(pairs, 1, False) == find(pairs, 1, False)
    print("the same answers again:", "yes" if again else "NO")
    return 0 if reached and again else 1


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
