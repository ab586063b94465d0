//! What to do about a verdict: `rules/policy.toml`.

use std::path::Path;

/// What to do about a verdict.
#[derive(Debug)]
pub struct Policy {
    /// The file as read.
    table: toml::Table,
}

impl Policy {
    /// Reads `policy.toml` of a rules directory.
    pub fn load(directory: &Path) -> Result<Self, String> {
        let path = directory.join("policy.toml");
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let table = text
            .parse()
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { table })
    }

    /// Whether the file says anything.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}
