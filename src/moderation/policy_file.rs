//! Reads `policy.toml` and says everything that is wrong with it at once, each problem with its line.
//!
//! The format is described at the head of the shipped `rules/policy.toml`; what a response means is in
//! [`super::policy`]. The table `[thresholds]` belongs to `rules::thresholds`; only one number of it is read here.

mod limits;

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::breaker::Limits;
use super::policy::{Policy, Response};
use super::standing::Who;
use crate::model::case::Action;
use crate::rules::{Level, Severity, Thresholds};

/// The longest sanction that ends by itself: what is meant to last longer is meant to last.
const LONGEST_SANCTION: Duration = Duration::from_hours(365 * 24);
/// The longest history that a ban deletes.
const LONGEST_PURGE: Duration = Duration::from_hours(7 * 24);

/// Everything that is wrong with a `policy.toml`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(PolicyError::to_string).collect::<Vec<_>>().join("\n"))]
pub struct PolicyErrors(pub Vec<PolicyError>);

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// Line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", Policy::FILE, self.message),
            line => write!(f, "{}:{line}:{}: {}", Policy::FILE, self.column, self.message),
        }
    }
}

impl PolicyErrors {
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        let message = format!(
            "{} cannot be read ({error}): set RULES_DIR to a directory with a {}, the shipped `rules` has one",
            path.display(),
            Policy::FILE
        );
        Self(vec![PolicyError {
            line: 0,
            column: 0,
            message,
        }])
    }
}

/// Reads the text of a `policy.toml`.
pub(super) fn parse(text: &str) -> Result<Policy, PolicyErrors> {
    let mut reader = Reader {
        text,
        errors: Vec::new(),
    };
    let (document, broken) = DeTable::parse_recoverable(text);
    for error in broken {
        reader.complain(error.span().map_or(0, |span| span.start), error.message());
    }
    let mut suspicious = Thresholds::default().suspicious;
    let mut responses = Vec::new();
    let mut limits = Limits::default();
    for (key, value) in document.get_ref() {
        match key.get_ref().as_ref() {
            "thresholds" => {
                let given = value
                    .get_ref()
                    .get("suspicious")
                    .and_then(|value| value.get_ref().as_integer());
                // What is wrong in this table is told by the rule engine, whose table it is.
                suspicious = given
                    .and_then(|number| number.as_str().parse().ok())
                    .unwrap_or(suspicious);
            }
            "limits" => limits = reader.limits(value),
            "response" => responses = reader.responses(value),
            other => reader.complain(
                key.span().start,
                format!("unknown table `{other}`: a policy has [thresholds], [limits] and any number of [[response]]"),
            ),
        }
    }
    if responses.is_empty() && reader.errors.is_empty() {
        reader.complain(
            0,
            "there is no [[response]]: nothing would ever be done; see the head of the shipped file",
        );
    }
    for (index, (at, later)) in responses.iter().enumerate() {
        if let Some((earlier, _)) = responses[..index]
            .iter()
            .find(|(_, earlier)| earlier.covers(later))
        {
            let (line, _) = reader.position(*earlier);
            let message = format!(
                "this response never decides anything: the one in line {line} fits whenever this one does; put this one first"
            );
            reader.complain(*at, message);
        }
    }
    if reader.errors.is_empty() {
        Ok(Policy {
            suspicious,
            limits,
            responses: responses.into_iter().map(|(_, response)| response).collect(),
        })
    } else {
        reader.errors.sort_by_key(|error| (error.line, error.column));
        Err(PolicyErrors(reader.errors))
    }
}

/// The file's text, and what has been found wrong with it so far.
struct Reader<'t> {
    text: &'t str,
    errors: Vec<PolicyError>,
}

impl Reader<'_> {
    fn complain(&mut self, at: usize, message: impl Into<String>) {
        let (line, column) = self.position(at);
        self.errors.push(PolicyError {
            line,
            column,
            message: message.into(),
        });
    }

    /// Line and column of a byte, both from 1.
    fn position(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// The responses, each with the byte at which it starts.
    fn responses(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<(usize, Response)> {
        let Some(list) = value.get_ref().as_array() else {
            self.complain(
                value.span().start,
                "write `[[response]]` with two brackets: there are several",
            );
            return Vec::new();
        };
        let mut responses = Vec::new();
        for entry in list {
            match entry.get_ref().as_table() {
                Some(table) => responses.push((entry.span().start, self.response(entry.span().start, table))),
                None => self.complain(
                    entry.span().start,
                    "a response is a table: write `[[response]]` above its keys",
                ),
            }
        }
        responses
    }

    fn response(&mut self, at: usize, table: &DeTable<'_>) -> Response {
        let mut response = Response {
            who: vec![Who::Member],
            level: Level::Suspicious,
            categories: Vec::new(),
            severity: Severity::Info,
            priors: 0,
            joined_within: None,
            history: None,
            pings_everyone: None,
            quoted: None,
            actions: Vec::new(),
        };
        let mut does = false;
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "why" => drop(self.text_of(name, value)),
                "who" => response.who = self.words(name, value, "\"member\", \"staff\", \"bot\" or \"webhook\""),
                "level" => {
                    if let Some(level) = self.word(name, value, "\"suspicious\" or \"scam\"") {
                        response.level = level;
                        if level == Level::Clean {
                            self.complain(value.span().start, "what is clean needs no response: use \"suspicious\" or \"scam\"");
                        }
                    }
                }
                "categories" => {
                    response.categories = self.words(name, value, "categories of rules, like \"phishing\" or \"secret\"");
                }
                "severity" => {
                    let known = "\"info\", \"low\", \"medium\", \"high\" or \"critical\"";
                    response.severity = self.word(name, value, known).unwrap_or(Severity::Info);
                }
                "priors" => response.priors = self.count(name, value),
                "joined_within" => {
                    response.joined_within = self.text_of(name, value).and_then(|text| self.checked(value, duration(&text)));
                }
                "history" => {
                    response.history = self.text_of(name, value).and_then(|text| self.checked(value, duration(&text)));
                }
                "pings_everyone" => response.pings_everyone = self.flag(name, value),
                "quoted" => response.quoted = self.flag(name, value),
                "do" => {
                    does = true;
                    response.actions = self.actions(value);
                }
                other => self.complain(
                    key.span().start,
                    format!(
                        "unknown key `{other}`: a response has why, who, level, categories, severity, priors, \
                         joined_within, history, pings_everyone, quoted and do"
                    ),
                ),
            }
        }
        if !does {
            self.complain(
                at,
                "this response does nothing: add `do = [\"log\"]`, or what else is to follow",
            );
        }
        response
    }

    /// What is to follow, without doubles, in the order in which it is carried out.
    fn actions(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Action> {
        let mut actions = Vec::new();
        for (at, text) in self.texts("do", value) {
            match action(&text) {
                Ok(action) => actions.push(action),
                Err(problem) => self.complain(at, problem),
            }
        }
        if value.get_ref().as_array().is_some_and(|list| list.is_empty()) {
            self.complain(
                value.span().start,
                "`do` is empty: write \"log\" when nothing but a review card is wanted",
            );
        }
        if actions.len() > 1 {
            actions.retain(|action| *action != Action::Log);
        }
        actions.sort_by_key(order);
        for pair in actions.windows(2) {
            if order(&pair[0]) == order(&pair[1]) {
                let problem = if pair.contains(&Action::Recover) {
                    "`do` names \"tell\" and \"recover\", or one of them twice: each is a direct message, keep one"
                } else {
                    "`do` names the same action twice: keep one"
                };
                self.complain(value.span().start, problem);
            }
        }
        actions
    }

    /// Every text of a list, with the byte at which it starts.
    fn texts(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Vec<(usize, String)> {
        let Some(list) = value.get_ref().as_array() else {
            self.complain(
                value.span().start,
                format!("`{name}` must be a list in brackets, like [\"…\"]"),
            );
            return Vec::new();
        };
        list.iter()
            .filter_map(|entry| self.text_of(name, entry).map(|text| (entry.span().start, text)))
            .collect()
    }

    fn text_of(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.complain(
                value.span().start,
                format!("`{name}` must be text in quotation marks"),
            );
        }
        text
    }

    fn words<T: for<'de> Deserialize<'de>>(
        &mut self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        known: &str,
    ) -> Vec<T> {
        let texts = self.texts(name, value);
        if texts.is_empty() && value.get_ref().is_array() {
            self.complain(
                value.span().start,
                format!("`{name}` is empty: leave it out, or name {known}"),
            );
        }
        texts
            .into_iter()
            .filter_map(|(at, text)| self.known(at, &text, name, known))
            .collect()
    }

    fn word<T: for<'de> Deserialize<'de>>(
        &mut self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        known: &str,
    ) -> Option<T> {
        let text = self.text_of(name, value)?;
        self.known(value.span().start, &text, name, known)
    }

    /// The value that `text` names.
    fn known<T: for<'de> Deserialize<'de>>(
        &mut self,
        at: usize,
        text: &str,
        name: &str,
        known: &str,
    ) -> Option<T> {
        let parsed: Result<T, serde::de::value::Error> = T::deserialize(text.into_deserializer());
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.complain(
                    at,
                    format!("`{name}` does not know \"{text}\": use {known} ({error})"),
                );
                None
            }
        }
    }

    fn count(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> u32 {
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|number| u32::from_str(number.as_str()).ok());
        if number.is_none() {
            self.complain(
                value.span().start,
                format!("`{name}` must be a whole number, 0 or more"),
            );
        }
        number.unwrap_or(0)
    }

    fn flag(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.complain(value.span().start, format!("`{name}` must be true or false"));
        }
        flag
    }

    fn checked<T>(&mut self, value: &Spanned<DeValue<'_>>, result: Result<T, String>) -> Option<T> {
        result
            .map_err(|problem| self.complain(value.span().start, problem))
            .ok()
    }
}

/// The place of an action in the order in which a decision is carried out.
const fn order(action: &Action) -> u8 {
    match action {
        Action::Log => 0,
        Action::Delete => 1,
        Action::Timeout { .. } => 2,
        Action::Quarantine { .. } => 3,
        // Recovery steps are a direct message, too: nobody gets both.
        Action::Tell | Action::Recover => 4,
        Action::Kick => 5,
        Action::Ban { .. } => 6,
    }
}

/// Reads `"delete"`, `"timeout 1h"`, `"ban 1d for 30d"` …
pub(super) fn action(text: &str) -> Result<Action, String> {
    let (deed, lasts) = text
        .split_once(" for ")
        .map_or((text, None), |(deed, span)| (deed.trim(), Some(span.trim())));
    let (name, span) = deed
        .split_once(' ')
        .map_or((deed, None), |(name, span)| (name, Some(span.trim())));
    let within = |span: &str, longest: Duration, why: &str| match duration(span) {
        Ok(given) if given > longest => Err(format!("\"{text}\" is too long: {why}")),
        other => other.map(|span| span.as_secs()),
    };
    let lasting = |span: Option<&str>| {
        span.map(|span| within(span, LONGEST_SANCTION, "at most 365d; leave `for` out for good"))
            .transpose()
    };
    match (name, span, lasts) {
        ("log", None, None) => Ok(Action::Log),
        ("delete", None, None) => Ok(Action::Delete),
        ("quarantine", None, span) => Ok(Action::Quarantine {
            seconds: lasting(span)?,
        }),
        ("kick", None, None) => Ok(Action::Kick),
        ("tell", None, None) => Ok(Action::Tell),
        ("recover", None, None) => Ok(Action::Recover),
        ("timeout", Some(span), None) => {
            within(span, LONGEST_SANCTION, "at most 365d").map(|seconds| Action::Timeout { seconds })
        }
        ("timeout", None, None) => Err("\"timeout\" needs a time, like \"timeout 1h\"".to_owned()),
        ("ban", None, span) => Ok(Action::Ban {
            delete_seconds: 0,
            seconds: lasting(span)?,
        }),
        ("ban", Some(history), span) => Ok(Action::Ban {
            delete_seconds: within(history, LONGEST_PURGE, "Discord deletes at most 7d of history")?,
            seconds: lasting(span)?,
        }),
        _ => Err(format!(
            "`do` does not know \"{text}\": use \"log\", \"delete\", \"timeout 1h\", \"quarantine\", \"quarantine for 7d\", \
             \"kick\", \"ban\", \"ban 1d\", \"ban for 30d\", \"tell\" or \"recover\""
        )),
    }
}

/// Writes an action as a policy may write it.
pub(super) fn written(action: &Action) -> String {
    let lasting =
        |seconds: Option<u64>| seconds.map_or_else(String::new, |seconds| format!(" for {seconds}s"));
    match *action {
        Action::Log => "log".to_owned(),
        Action::Delete => "delete".to_owned(),
        Action::Timeout { seconds } => format!("timeout {seconds}s"),
        Action::Quarantine { seconds } => format!("quarantine{}", lasting(seconds)),
        Action::Kick => "kick".to_owned(),
        Action::Ban {
            delete_seconds: 0,
            seconds,
        } => format!("ban{}", lasting(seconds)),
        Action::Ban {
            delete_seconds,
            seconds,
        } => format!("ban {delete_seconds}s{}", lasting(seconds)),
        Action::Tell => "tell".to_owned(),
        Action::Recover => "recover".to_owned(),
    }
}

/// Reads `30m`, `12h`, `7d` … Zero is refused.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("\"{text}\" is not a time: write a whole number and s, m, h or d, like \"30m\" or \"7d\"");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number: u64 = text[..text.len() - unit.len_utf8()]
        .parse()
        .map_err(|_| wrong())?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    match number.checked_mul(seconds) {
        Some(0) | None => Err(wrong()),
        Some(total) => Ok(Duration::from_secs(total)),
    }
}

#[cfg(test)]
mod tests;
