"""A report of claims as JUnit XML, which build servers show like a test run."""

from xml.etree import ElementTree as Tree

from causal_model.claims.report import ClaimReport, ClaimResult
from causal_model.harmless import plain_text

__all__ = ["junit_xml"]


def junit_xml(report: ClaimReport) -> str:
    """The report as XML: what must hold and fails is a failure, warnings and dropped claims are skipped.

    A claim that cannot be judged is an error.
    """
    counts = report.counts
    failed = [each for each in report.results if each.failed]
    failures = sum(each.verdict == "fail" for each in failed)
    totals = {
        "tests": str(len(report.results)),
        "failures": str(failures),
        "errors": str(len(failed) - failures),
        "skipped": str(len(report.results) - len(failed) - counts["pass"]),
    }
    suites = Tree.Element("testsuites", totals)
    name = plain_text(f"claims of {report.graph_id}")
    suite = Tree.SubElement(suites, "testsuite", {"name": name, **totals})
    for each in report.results:
        _case(suite, report.graph_id, each)
    Tree.indent(suites)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + Tree.tostring(suites, encoding="unicode")


def _case(suite: Tree.Element, graph: str, result: ClaimResult) -> None:
    held = result.held
    case = Tree.SubElement(
        suite,
        "testcase",
        {
            "classname": plain_text(f"claims.{graph}"),
            "name": plain_text(result.id),
            "file": plain_text(held.span.file),
            "line": str(held.span.line),
        },
    )
    told = result.judgement.told if result.judgement else ""
    words = plain_text("\n".join(filter(None, (held.claim.statement, told, result.reason))))
    if result.verdict == "pass":
        Tree.SubElement(case, "system-out").text = words
        return
    kind = ("failure" if result.verdict == "fail" else "error") if result.failed else "skipped"
    short = plain_text(f"{result.verdict}: {told or result.reason}".replace("\n", " "))
    Tree.SubElement(case, kind, {"message": short}).text = words
