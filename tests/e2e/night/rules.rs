//! Rules of a test's own: the shipped ones, with files added or changed.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder of rules that a test may change while the bot runs.
pub struct OwnRules(TempDir);

/// Where the shipped rules are.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

impl OwnRules {
    /// A copy of the shipped rules.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(&shipped(), folder.path());
        Self(folder)
    }

    /// The setting that makes a bot use them.
    pub fn setting(&self) -> (String, String) {
        ("RULES_DIR".to_owned(), self.0.path().display().to_string())
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        // As an editor does it: whoever reads meanwhile reads the old file or the new one.
        let new = self.0.path().join(format!("{name}.new"));
        std::fs::write(&new, text).expect("a file can be written");
        std::fs::rename(new, self.0.path().join(name)).expect("a file can be replaced");
    }

    /// Changes words of a file, which have to be there.
    pub fn change(&self, name: &str, old: &str, new: &str) {
        let text = std::fs::read_to_string(self.0.path().join(name)).expect("a file can be read");
        assert!(text.contains(old), "{name} says {old}");
        self.write(name, &text.replace(old, new));
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("the rules can be listed") {
        let entry = entry.expect("an entry can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}
