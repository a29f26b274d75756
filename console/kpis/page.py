"""The table of docs/definitions.md, made from the catalog: ``python -m console.kpis.page``."""

from console.kpis import CATALOG


def table() -> str:
    """Markdown: a line for each KPI, in the catalog's order."""
    lines = [
        "| field | name | unit | rows | definition | whose form |",
        "|---|---|---|---|---|---|",
    ]
    for kpi in CATALOG:
        lines.append(
            f"| `{kpi.name}` | {kpi.title} | {kpi.unit} | {', '.join(kpi.told_of)} "
            f"| {kpi.definition} | {kpi.source} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
