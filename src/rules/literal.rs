//! Which literals a regular expression cannot match without: its gate. A pattern runs only on texts in which the
//! automaton has already seen one of them.
//!
//! The idea is that of RE2's prefilter: walk the syntax tree, keep small sets of exact strings, and of all sets that
//! every match must contain keep the one whose shortest string is longest.

use regex_syntax::hir::{Class, Hir, HirKind};

/// More alternatives than this make a poor gate.
const MOST: usize = 64;
/// A class with more characters than this is not spelled out.
const SMALL_CLASS: usize = 6;

/// What is known of a part of a pattern.
#[derive(Debug, Clone, Default)]
struct Known {
    /// All strings it can match, if few.
    exact: Option<Vec<String>>,
    /// Strings of which every match contains one.
    required: Option<Vec<String>>,
}

impl Known {
    fn exactly(strings: Vec<String>) -> Self {
        Self {
            exact: Some(strings),
            required: None,
        }
    }

    fn best(self) -> Option<Vec<String>> {
        better(self.exact, self.required)
    }
}

/// Strings of which every match of this pattern contains at least one; `None` when there are no such strings.
pub(super) fn required(pattern: &Hir) -> Option<Vec<String>> {
    known(pattern).best().filter(|strings| shortest(strings) > 0)
}

fn shortest(strings: &[String]) -> usize {
    strings.iter().map(String::len).min().unwrap_or(0)
}

fn better(one: Option<Vec<String>>, other: Option<Vec<String>>) -> Option<Vec<String>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if shortest(&other) > shortest(&one) {
            other
        } else {
            one
        }),
        (one, other) => one.or(other),
    }
}

fn cross(left: &[String], right: &[String]) -> Option<Vec<String>> {
    (left.len() * right.len() <= MOST).then(|| {
        left.iter()
            .flat_map(|a| right.iter().map(move |b| format!("{a}{b}")))
            .collect()
    })
}

fn known(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Known::exactly(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Known::exactly(vec![text.to_lowercase()]),
            Err(_) => Known::default(),
        },
        HirKind::Class(class) => characters(class).map_or_else(Known::default, Known::exactly),
        HirKind::Capture(capture) => known(&capture.sub),
        HirKind::Repetition(repetition) => {
            let inner = known(&repetition.sub);
            match (repetition.min, repetition.max) {
                (0, Some(1)) => Known {
                    exact: inner.exact.map(|mut strings| {
                        strings.push(String::new());
                        strings
                    }),
                    required: None,
                },
                (0, _) => Known::default(),
                (1, Some(1)) => inner,
                (min, max) => {
                    let exact = inner
                        .exact
                        .as_ref()
                        .filter(|_| max == Some(min) && min <= 8)
                        .and_then(|strings| {
                            (1..min).try_fold(strings.clone(), |sofar, _| cross(&sofar, strings))
                        });
                    Known {
                        exact,
                        required: inner.best(),
                    }
                }
            }
        }
        HirKind::Concat(parts) => concat(parts),
        HirKind::Alternation(parts) => {
            let parts: Vec<Known> = parts.iter().map(known).collect();
            let exact = parts.iter().try_fold(Vec::new(), |mut all: Vec<String>, part| {
                all.extend(part.exact.as_ref()?.iter().cloned());
                (all.len() <= MOST).then_some(all)
            });
            let required = parts
                .into_iter()
                .try_fold(Vec::new(), |mut all: Vec<String>, part| {
                    all.extend(part.best()?);
                    (all.len() <= MOST).then_some(all)
                });
            Known { exact, required }
        }
    }
}

fn concat(parts: &[Hir]) -> Known {
    let mut best: Option<Vec<String>> = None;
    let mut run = vec![String::new()];
    let mut unbroken = true;
    for part in parts {
        let part = known(part);
        let grown = part.exact.as_ref().and_then(|exact| cross(&run, exact));
        if let Some(grown) = grown {
            run = grown;
        } else {
            unbroken = false;
            best = better(best, Some(std::mem::replace(&mut run, vec![String::new()])));
            best = better(best, part.best());
        }
    }
    if unbroken {
        Known::exactly(run)
    } else {
        Known {
            exact: None,
            required: better(best, Some(run)),
        }
    }
}

fn characters(class: &Class) -> Option<Vec<String>> {
    let mut all = Vec::new();
    match class {
        Class::Unicode(class) => {
            for range in class.ranges() {
                for c in range.start()..=range.end() {
                    all.push(c.to_lowercase().to_string());
                    if all.len() > SMALL_CLASS {
                        return None;
                    }
                }
            }
        }
        Class::Bytes(class) => {
            for range in class.ranges() {
                for byte in range.start()..=range.end() {
                    if !byte.is_ascii() || all.len() > SMALL_CLASS {
                        return None;
                    }
                    all.push(char::from(byte).to_lowercase().to_string());
                }
            }
        }
    }
    (all.len() <= SMALL_CLASS).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> Option<Vec<String>> {
        required(&regex_syntax::parse(pattern).expect(pattern))
    }

    #[test]
    fn the_longest_literal_that_every_match_contains_is_found() {
        assert_eq!(of(r"send .{0,20}phrase"), Some(vec!["phrase".into()]));
        assert_eq!(of(r"\bseeds?\b"), Some(vec!["seeds".into(), "seed".into()]));
        assert_eq!(
            of(r"(claim|mint) now"),
            Some(vec!["claim now".into(), "mint now".into()])
        );
        assert_eq!(of(r"[0-9]+ ?(btc|eth)+"), Some(vec!["btc".into(), "eth".into()]));
        assert_eq!(of(r"gr[ae]y"), Some(vec!["gray".into(), "grey".into()]));
    }

    #[test]
    fn a_pattern_that_can_match_anything_has_none() {
        for pattern in [r"\d{4}", r"\w+\s\w+", r"(abc)?", r"[a-z]{33}", r"abc|\d+"] {
            assert_eq!(of(pattern), None, "{pattern}");
        }
    }
}
