//! From a directory of rule files to a [`Ruleset`], or to everything that is wrong with them at once.
//!
//! Loading is where rules fail: a pattern that is empty, that matches everything or that would have to run on every message,
//! a rule without examples, an example that is not true. What patterns turn into lives in [`super::compile`].

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level as Rank, Renderer, Snippet};
use foldhash::fast::FixedState;
use serde::Deserialize;
use serde_spanned::Spanned;
use std::hash::BuildHasher;

use super::automod::Written;
use super::build::Builder;
use super::compile::Ruleset;
use super::error::{RuleError, RuleErrors};
use super::examples;
use super::finding::{Category, Severity};
use super::schema::{RawRule, Status};
use super::thresholds::Thresholds;

/// A loaded rule, as a list of rules or a card shows it.
#[derive(Debug, Clone)]
pub struct RuleInfo {
    /// Stable id.
    pub id: Arc<str>,
    /// One line for moderators.
    pub title: String,
    /// Why it exists.
    pub why: String,
    /// Its category.
    pub category: Category,
    /// Its severity.
    pub severity: Severity,
    /// How far it has come.
    pub status: Status,
    /// What it adds to the score; absent: it decides alone.
    pub weight: Option<u32>,
    /// Its family, of which only the heaviest rule counts.
    pub family: Option<Arc<str>>,
    /// The file it comes from, relative to the rule directory.
    pub file: Arc<str>,
    /// The line its table starts on, from 1.
    pub line: usize,
    /// How many examples it carries.
    pub examples: usize,
    /// Its patterns and examples as written, for those who try them elsewhere.
    pub written: Arc<Written>,
}

/// The file of which only `[thresholds]` is read here.
const POLICY: &str = "policy.toml";
/// Files of the rule directory that belong to other parts of the program.
const NOT_RULES: &[&str] = &["matrix.toml", "checklists.toml"];
/// Hosts whose links are not unknown.
const KNOWN_HOSTS: &str = "lists/known-hosts.txt";
/// Services that hide where a link leads.
const SHORTENERS: &str = "lists/shorteners.txt";
/// Hosts of messengers outside Discord.
const MESSENGERS: &str = "lists/messengers.txt";
/// Services below which anybody's sites live.
const SHARED_HOSTING: &str = "lists/shared-hosting.txt";
/// Services in whose paths anybody's pages stand.
const SHARED_PAGES: &str = "lists/shared-pages.txt";
/// What words in a host are worth.
const HOST_WORDS: &str = "lists/host-words.txt";

/// All texts of a rule directory and what is wrong with them.
pub(super) struct Sources {
    texts: BTreeMap<String, String>,
    errors: Vec<RuleError>,
}

impl Sources {
    /// The text of a file.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Notes an error at a byte range of a file.
    pub(super) fn complain(&mut self, file: &str, span: std::ops::Range<usize>, message: impl Into<String>) {
        let message = message.into();
        let error = match self.texts.get(file) {
            Some(text) => located(file, text, span, message),
            None => RuleError {
                file: file.to_owned(),
                line: 0,
                column: 0,
                message,
                excerpt: String::new(),
            },
        };
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    /// Notes an error of a file as a whole.
    fn complain_whole(&mut self, file: &str, message: String) {
        self.errors.push(RuleError {
            file: file.to_owned(),
            line: 0,
            column: 0,
            message,
            excerpt: String::new(),
        });
    }
}

fn located(file: &str, text: &str, span: std::ops::Range<usize>, message: String) -> RuleError {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    // A whole rule is named by its first line.
    end = text[start..end.max(start)]
        .find('\n')
        .map_or(end, |line| start + line);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let line = text[..start].matches('\n').count() + 1;
    let column = text[line_start..start].chars().count() + 1;
    let snippet = Snippet::source(&text[line_start..line_end])
        .line_start(line)
        .annotation(AnnotationKind::Primary.span(start - line_start..end - line_start));
    let title = format!("in {file}");
    let report = [Rank::ERROR.primary_title(title.as_str()).element(snippet)];
    let rendered = Renderer::plain().render(&report);
    // The first line repeats what the error itself says.
    let excerpt = rendered
        .split_once('\n')
        .map_or("", |(_, rest)| rest)
        .trim_end()
        .to_owned();
    RuleError {
        file: file.to_owned(),
        line,
        column,
        message,
        excerpt,
    }
}

/// Loads a directory.
pub(super) fn directory(dir: &Path) -> Result<Ruleset, RuleErrors> {
    compile(texts_of(dir))
}

/// Loads a directory with one more file.
pub(super) fn directory_with(dir: &Path, name: &str, text: &str) -> Result<Ruleset, RuleErrors> {
    let mut sources = texts_of(dir);
    sources.texts.insert(name.to_owned(), text.to_owned());
    compile(sources)
}

/// Loads a directory but for one file.
pub(super) fn directory_without(dir: &Path, name: &str) -> Result<Ruleset, RuleErrors> {
    let mut sources = texts_of(dir);
    sources.texts.remove(name);
    compile(sources)
}

fn texts_of(dir: &Path) -> Sources {
    let mut sources = Sources {
        texts: BTreeMap::new(),
        errors: Vec::new(),
    };
    read_dir(dir, "", &mut sources);
    if sources.errors.is_empty() && !sources.texts.keys().any(|name| is_rules(name)) {
        let message =
            "there is no rule file (*.toml) in this directory; is RULES_DIR or --rules right?".to_owned();
        sources.complain_whole(&dir.display().to_string(), message);
    }
    sources
}

/// Loads texts from memory.
pub(super) fn sources(texts: BTreeMap<String, String>) -> Result<Ruleset, RuleErrors> {
    compile(Sources {
        texts,
        errors: Vec::new(),
    })
}

fn read_dir(dir: &Path, prefix: &str, sources: &mut Sources) {
    let listing = match std::fs::read_dir(dir) {
        Ok(listing) => listing,
        Err(error) => {
            sources.complain_whole(
                &dir.display().to_string(),
                format!("cannot be read as a rule directory: {error}"),
            );
            return;
        }
    };
    for entry in listing.flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or("");
        if path.is_dir() && prefix.is_empty() && name == "lists" {
            read_dir(&path, "lists/", sources);
        } else if (extension == "toml" && prefix.is_empty()) || (extension == "txt" && !prefix.is_empty()) {
            match std::fs::read(&path).map(String::from_utf8) {
                Ok(Ok(text)) => {
                    sources.texts.insert(name, text);
                }
                Ok(Err(error)) => {
                    let at = error.utf8_error().valid_up_to();
                    sources.complain_whole(&name, format!("is not UTF-8 (at byte {at}); save it as UTF-8"));
                }
                Err(error) => sources.complain_whole(&name, format!("cannot be read: {error}")),
            }
        }
    }
}

fn is_rules(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "toml")
        && name != POLICY
        && !NOT_RULES.contains(&name)
}

fn compile(mut sources: Sources) -> Result<Ruleset, RuleErrors> {
    let thresholds = thresholds(&mut sources);
    let files: Vec<String> = sources
        .texts
        .keys()
        .filter(|name| is_rules(name))
        .cloned()
        .collect();
    let mut raw = Vec::new();
    for file in &files {
        raw.extend(rules_of(file, &mut sources));
    }
    let mut builder = Builder::new(thresholds, fingerprint(&sources.texts));
    builder.known_hosts(KNOWN_HOSTS, &mut sources);
    builder.host_lists(SHORTENERS, MESSENGERS, SHARED_PAGES, &mut sources);
    builder.host_words(HOST_WORDS, SHARED_HOSTING, &mut sources);
    let mut tried = Vec::new();
    for (file, rule) in raw {
        if let Some(index) = builder.add(&file, rule.span(), rule.get_ref(), &mut sources) {
            tried.push((index, file, rule.into_inner().examples));
        }
    }
    let ruleset = match builder.finish() {
        Ok(ruleset) => ruleset,
        Err(error) => {
            sources.complain_whole("rules", format!("too large for one automaton: {error}"));
            return Err(RuleErrors {
                errors: sources.errors,
            });
        }
    };
    for (index, file, examples) in &tried {
        examples::check(&ruleset, *index, file, examples, &mut sources);
    }
    if sources.errors.is_empty() {
        Ok(ruleset)
    } else {
        let mut errors = sources.errors;
        errors.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        Err(RuleErrors { errors })
    }
}

/// A number over all texts, in the order of their names.
fn fingerprint(texts: &BTreeMap<String, String>) -> u64 {
    FixedState::with_seed(1).hash_one(texts)
}

/// The tables `[[rule]]` of a file that have the right shape; the others are complained about, one by one.
fn rules_of(file: &str, sources: &mut Sources) -> Vec<(String, Spanned<RawRule>)> {
    let text = sources.text(file).unwrap_or_default().to_owned();
    let (document, errors) = toml::de::DeTable::parse_recoverable(&text);
    for error in &errors {
        sources.complain(
            file,
            error.span().unwrap_or(0..0),
            format!("is not TOML: {}", error.message()),
        );
    }
    let mut rules = Vec::new();
    for (key, value) in document.into_inner() {
        let is_rule = key.get_ref() == "rule";
        match value.get_ref() {
            toml::de::DeValue::Array(_) if is_rule => {}
            _ => {
                let message = format!(
                    "unexpected `{}`: a rule file holds only tables `[[rule]]`",
                    key.get_ref()
                );
                sources.complain(file, key.span(), message);
                continue;
            }
        }
        let toml::de::DeValue::Array(tables) = value.into_inner() else {
            continue;
        };
        for table in tables {
            let span = table.span();
            match RawRule::deserialize(toml::de::ValueDeserializer::from(table)) {
                Ok(rule) => rules.push((file.to_owned(), Spanned::new(span, rule))),
                Err(error) if errors.is_empty() => {
                    sources.complain(file, error.span().unwrap_or(span), error.message().to_owned());
                }
                Err(_) => {}
            }
        }
    }
    if rules.is_empty() && errors.is_empty() && !text.contains("[[rule]]") {
        sources.complain(
            file,
            0..0,
            "holds no rule: write tables `[[rule]]`, or remove the file",
        );
    }
    rules
}

fn thresholds(sources: &mut Sources) -> Thresholds {
    #[derive(Deserialize)]
    struct Policy {
        #[serde(default)]
        thresholds: Option<Spanned<Thresholds>>,
    }
    let Some(text) = sources.text(POLICY).map(str::to_owned) else {
        return Thresholds::default();
    };
    match toml::from_str::<Policy>(&text) {
        Ok(Policy {
            thresholds: Some(thresholds),
        }) => {
            if let Some(complaint) = thresholds.get_ref().complaint() {
                sources.complain(POLICY, thresholds.span(), complaint);
            }
            thresholds.into_inner()
        }
        Ok(Policy { thresholds: None }) => Thresholds::default(),
        Err(error) => {
            sources.complain(POLICY, error.span().unwrap_or(0..0), error.message().to_owned());
            Thresholds::default()
        }
    }
}

/// The entries of a list file: one a line, `#` starts a comment.
pub(super) fn list_entries(list: &str, sources: &Sources) -> Option<Vec<(std::ops::Range<usize>, String)>> {
    let text = sources.text(list)?;
    let mut at = 0;
    let mut entries = Vec::new();
    for line in text.split_inclusive('\n') {
        let entry = line.split('#').next().unwrap_or("").trim();
        if !entry.is_empty() {
            let start = at + line.find(entry).unwrap_or(0);
            entries.push((start..start + entry.len(), entry.to_owned()));
        }
        at += line.len();
    }
    Some(entries)
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
