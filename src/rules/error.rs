//! What can be wrong with a directory of rules, told all at once.

use std::fmt;

/// Every error found while loading a directory of rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleErrors {
    /// In the order of files and lines.
    pub errors: Vec<RuleError>,
}

/// One error, with the place it stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// File, relative to the rule directory.
    pub file: String,
    /// Line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
    /// The source with a caret under the place; empty when the file as a whole is meant.
    pub excerpt: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}:{}: {}", self.file, self.column, self.message),
        }
    }
}

impl fmt::Display for RuleErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.errors {
            writeln!(f, "{error}")?;
            if !error.excerpt.is_empty() {
                writeln!(f, "{}", error.excerpt)?;
            }
        }
        let count = self.errors.len();
        write!(
            f,
            "{count} error{} in the rules",
            if count == 1 { "" } else { "s" }
        )
    }
}

impl std::error::Error for RuleErrors {}
