//! Which literals a regular expression cannot match without: its gate. A pattern runs only on texts in which the
//! automaton has already seen one literal of every set.
//!
//! The idea is that of RE2's prefilter: walk the syntax tree and keep small sets of exact strings. A concatenation needs
//! one string of each set along it, so the gate is a conjunction of sets: `(send|deposit) .* (double|triple)` runs only
//! where a word of both is present. Order and distance are left to the expression.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// More alternatives than this make a poor gate.
const MOST: usize = 64;
/// A class with more characters than this is not spelled out.
const SMALL_CLASS: usize = 6;

/// Stands in a literal for a word boundary of the pattern: `\b` before a word keeps `earn` from opening on `learn`.
pub(super) const BOUNDARY: char = '\u{1}';

/// What is known of a part of a pattern.
#[derive(Debug, Clone, Default)]
struct Known {
    /// All strings it can match, if few.
    exact: Option<Vec<String>>,
    /// Sets of strings; every match contains a string of each.
    required: Vec<Vec<String>>,
}

impl Known {
    fn exactly(strings: Vec<String>) -> Self {
        Self {
            exact: Some(strings),
            required: Vec::new(),
        }
    }

    /// All sets, the exact strings among them.
    fn sets(self) -> impl Iterator<Item = Vec<String>> {
        self.required
            .into_iter()
            .chain(self.exact)
            .filter(|strings| shortest(strings) > 0)
    }

    /// The set whose shortest string is longest.
    fn best(self) -> Option<Vec<String>> {
        self.sets().max_by_key(|strings| shortest(strings))
    }
}

/// Sets of strings of which every match of this pattern contains at least one each; none when there are no such sets.
pub(super) fn required(pattern: &Hir) -> Vec<Vec<String>> {
    known(pattern).sets().collect()
}

fn shortest(strings: &[String]) -> usize {
    strings
        .iter()
        .map(|text| text.chars().filter(|c| *c != BOUNDARY).count())
        .min()
        .unwrap_or(0)
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
        HirKind::Look(look) if is_word_boundary(*look) => Known::exactly(vec![BOUNDARY.to_string()]),
        HirKind::Empty | HirKind::Look(_) => Known::exactly(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Known::exactly(vec![text.to_lowercase()]),
            Err(_) => Known::default(),
        },
        HirKind::Class(class) => characters(class).map_or_else(Known::default, Known::exactly),
        HirKind::Capture(capture) => known(&capture.sub),
        HirKind::Repetition(repetition) => repeated(known(&repetition.sub), repetition.min, repetition.max),
        HirKind::Concat(parts) => concat(parts),
        HirKind::Alternation(parts) => alternation(parts.iter().map(known).collect()),
    }
}

fn is_word_boundary(look: Look) -> bool {
    matches!(
        look,
        Look::WordAscii | Look::WordUnicode | Look::WordStartAscii | Look::WordStartUnicode
    )
}

fn repeated(mut once: Known, min: u32, max: Option<u32>) -> Known {
    match (min, max) {
        (0, Some(1)) => {
            if let Some(strings) = &mut once.exact {
                strings.push(String::new());
            }
            Known {
                exact: once.exact,
                required: Vec::new(),
            }
        }
        (0, _) => Known::default(),
        (1, Some(1)) => once,
        (min, max) => {
            let strings = once.exact.as_ref().filter(|_| max == Some(min) && min <= 8);
            let exact = strings
                .and_then(|strings| (1..min).try_fold(strings.clone(), |sofar, _| cross(&sofar, strings)));
            Known {
                exact,
                required: once.sets().collect(),
            }
        }
    }
}

fn alternation(parts: Vec<Known>) -> Known {
    let exact = parts.iter().try_fold(Vec::new(), |mut all: Vec<String>, part| {
        all.extend(part.exact.as_ref()?.iter().cloned());
        (all.len() <= MOST).then_some(all)
    });
    if exact.is_some() {
        return Known {
            exact,
            required: Vec::new(),
        };
    }
    let required = parts
        .into_iter()
        .try_fold(Vec::new(), |mut all: Vec<String>, part| {
            all.extend(part.best()?);
            (all.len() <= MOST).then_some(all)
        });
    Known {
        exact,
        required: required.into_iter().collect(),
    }
}

fn concat(parts: &[Hir]) -> Known {
    let mut required = Vec::new();
    let mut run = vec![String::new()];
    let mut unbroken = true;
    for part in parts {
        let part = known(part);
        if let Some(grown) = part.exact.as_ref().and_then(|exact| cross(&run, exact)) {
            run = grown;
        } else {
            unbroken = false;
            required.push(std::mem::replace(&mut run, vec![String::new()]));
            required.extend(part.sets());
        }
    }
    if unbroken {
        return Known::exactly(run);
    }
    required.push(run);
    required.retain(|strings| shortest(strings) > 0);
    Known {
        exact: None,
        required,
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
    all.sort_unstable();
    all.dedup();
    (all.len() <= SMALL_CLASS).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> Vec<String> {
        required(&regex_syntax::parse(pattern).expect(pattern))
            .iter()
            .map(|set| set.join("|").replace(BOUNDARY, "^"))
            .collect()
    }

    #[test]
    fn every_set_of_literals_that_a_match_needs_is_found() {
        assert_eq!(of(r"send .{0,20}phrase"), ["send ", "phrase"]);
        assert_eq!(of(r"\bseeds?\b"), ["^seeds^|^seed^"]);
        assert_eq!(of(r"(claim|mint) now"), ["claim now|mint now"]);
        assert_eq!(of(r"[0-9]+ ?(btc|eth)+"), ["btc|eth"]);
        assert_eq!(of(r"gr[ae]y"), ["gray|grey"]);
        assert_eq!(
            of(r"\b(send|deposit)\b.{0,40}\b(double|twice) .{0,9}(back)?"),
            ["^send^|^deposit^", "^double |^twice "]
        );
    }

    #[test]
    fn a_pattern_that_can_match_anything_has_none() {
        for pattern in [r"\d{4}", r"\w+", r"(abc)?", r"[a-z]{33}", r"abc|\d+"] {
            assert_eq!(of(pattern), Vec::<String>::new(), "{pattern}");
        }
    }
}
