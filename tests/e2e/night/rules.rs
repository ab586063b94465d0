//! Rules of a test's own: the shipped ones, with files added or changed.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Night;

/// The files of [`OwnRules::few`].
const FEW: [&str; 9] = [
    "cry-for-help.toml",
    "impersonation.toml",
    "phishing.toml",
    "policy.toml",
    "scam-airdrop.toml",
    "secret-request.toml",
    "secret.toml",
    "spam.toml",
    "ticket-bait.toml",
];

/// A folder of rules that a test may change while the bot runs.
pub struct OwnRules {
    path: PathBuf,
    /// Dropped with it, unless it is somebody else's.
    _folder: Option<TempDir>,
}

/// Where the shipped rules are.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

impl OwnRules {
    /// A copy of the shipped rules.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(&shipped(), folder.path());
        Self {
            path: folder.path().to_owned(),
            _folder: Some(folder),
        }
    }

    /// A few files of the shipped rules: what finds the scams of courses in which the bot is started dozens of times, and
    /// reading them all takes longer than all the rest.
    pub fn few() -> Self {
        let all = Self::new();
        let listing = std::fs::read_dir(&all.path).expect("the folder can be read");
        for entry in listing {
            let entry = entry.expect("the folder can be read");
            let name = entry.file_name();
            let is_kept = FEW.iter().any(|kept| name == *kept);
            if entry.path().extension().is_some_and(|ending| ending == "toml") && !is_kept {
                std::fs::remove_file(entry.path()).expect("a copy can be removed");
            }
        }
        all
    }

    /// Those that a night's bot reads.
    pub fn of(night: &Night) -> Self {
        let mut settings = night.environment.iter();
        let (_, path) = settings
            .find(|(name, _)| name == "RULES_DIR")
            .expect("the bot has rules of its own");
        Self {
            path: path.into(),
            _folder: None,
        }
    }

    /// Whoever posts a scam gets this (`"delete", "ban for 2s"`), and nothing else is answered.
    pub fn answer_to_scams(&self, steps: &str) {
        let policy = std::fs::read_to_string(self.path.join("policy.toml")).expect("the policy can be read");
        let thresholds = policy.find("\n[thresholds]").expect("it has thresholds");
        let first = policy.find("\n[[response]]").expect("it has responses");
        let kept = &policy[thresholds..first];
        self.write(
            "policy.toml",
            &format!("{kept}\n[[response]]\nlevel = \"scam\"\ndo = [{steps}]\n"),
        );
    }

    /// The setting that makes a bot use them.
    pub fn setting(&self) -> (String, String) {
        ("RULES_DIR".to_owned(), self.path.display().to_string())
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        // As an editor does it: whoever reads meanwhile reads the old file or the new one.
        let new = self.path.join(format!("{name}.new"));
        std::fs::write(&new, text).expect("a file can be written");
        std::fs::rename(new, self.path.join(name)).expect("a file can be replaced");
    }

    /// Changes words of a file, which have to be there.
    pub fn change(&self, name: &str, old: &str, new: &str) {
        let text = std::fs::read_to_string(self.path.join(name)).expect("a file can be read");
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
