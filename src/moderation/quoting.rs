//! Whether something stands in a quotation: a quoted line, a code block or quotation marks.
//!
//! A moderator who warns of a scam quotes it; a stolen account posts it as its own. The difference decides only what
//! happens to staff: nobody else is excused by quotation marks.

use std::ops::Range;

use crate::model::message::IncomingMessage;
use crate::rules::Finding;

/// Whether every finding that counts stands in a quotation. Without findings nothing does.
pub fn all_quoted(message: &IncomingMessage, findings: &[Finding]) -> bool {
    let mut counting = findings
        .iter()
        .filter(|finding| !finding.observed_only)
        .peekable();
    counting.peek().is_some()
        && counting.all(|finding| {
            message
                .parts
                .get(finding.part)
                .is_some_and(|part| is_quoted(&part.text, finding.span.clone()))
        })
}

/// Whether a span of a text stands in a quotation. A span that does not lie on character boundaries does not.
fn is_quoted(text: &str, span: Range<usize>) -> bool {
    let (Some(before), Some(hit), Some(after)) = (
        text.get(..span.start),
        text.get(span.clone()),
        text.get(span.end..),
    ) else {
        return false;
    };
    in_code(before, after) || in_quoted_lines(before, hit) || in_marks(before, after)
}

/// Between two backtick fences, or between two single backticks of one line.
fn in_code(before: &str, after: &str) -> bool {
    let fenced = before.matches("```").count() % 2 == 1 && after.contains("```");
    let line_before = before.rsplit('\n').next().unwrap_or_default();
    let line_after = after.split('\n').next().unwrap_or_default();
    fenced || (line_before.matches('`').count() % 2 == 1 && line_after.contains('`'))
}

/// Every line of the hit starts with `>`, or a line before it starts with `>>>`.
fn in_quoted_lines(before: &str, hit: &str) -> bool {
    let head = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
    let quoted_to_the_end = before
        .lines()
        .chain(std::iter::once(head))
        .any(|line| line.trim_start().starts_with(">>> "));
    let first = if head.is_empty() { hit } else { head };
    quoted_to_the_end
        || (first.trim_start().starts_with('>')
            && hit.lines().skip(1).all(|line| line.trim_start().starts_with('>')))
}

/// Between quotation marks that open before the hit and close after it.
fn in_marks(before: &str, after: &str) -> bool {
    let straight = before.matches('"').count() % 2 == 1 && after.contains('"');
    let pairs = [
        ('\u{201c}', '\u{201d}'),
        ('\u{201e}', '\u{201c}'),
        ('\u{ab}', '\u{bb}'),
    ];
    straight
        || pairs.into_iter().any(|(open, close)| {
            let opened = before.rfind(open);
            let closed = before.rfind(close);
            after.contains(close) && opened.is_some_and(|open| closed.is_none_or(|close| close <= open))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> bool {
        let start = text.find("HIT").expect("the text holds HIT");
        is_quoted(text, start..start + "HIT".len())
    }

    #[test]
    fn quoted_lines_code_and_quotation_marks_are_quotations() {
        for text in [
            "> HIT",
            "beware of this:\n> look HIT here",
            ">>> first\nHIT",
            "```\nHIT\n```",
            "he wrote `HIT` to me",
            "he wrote \"send HIT now\"",
            "he wrote \u{201c}HIT\u{201d}",
            "er schrieb \u{201e}HIT\u{201c}",
        ] {
            assert!(quoted(text), "{text}");
        }
    }

    #[test]
    fn a_mark_that_only_opens_or_has_closed_before_quotes_nothing() {
        for text in [
            "HIT",
            "a > HIT",
            "> quoted\nHIT",
            "`code` HIT",
            "```x``` HIT",
            "\"said\" HIT",
            "\" HIT",
            "` HIT",
        ] {
            assert!(!quoted(text), "{text}");
        }
    }

    #[test]
    fn a_span_outside_the_text_or_inside_a_character_is_no_quotation() {
        assert!(!is_quoted("> abc", 3..99));
        assert!(!is_quoted("> \u{e9}", 3..4));
    }
}
