//! Rules as others see them.

use std::sync::Arc;

use super::finding::{Category, Severity};
use super::schema::Status;

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
}
