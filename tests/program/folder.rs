//! A folder with rules of a test's own, and the program run in it.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder that goes with its test. Its rules stand in `rules`, where the program looks for them.
pub struct Folder {
    dir: TempDir,
}

impl Folder {
    pub fn with_rules(rules: &str) -> Self {
        let folder = Self {
            dir: TempDir::new().expect("a folder"),
        };
        fs::create_dir(folder.path("rules")).expect("a folder for the rules");
        folder.file("rules/all.toml", rules);
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), text).expect("a file");
        self.path(name)
    }

    /// The program, about to be run in the folder.
    pub fn program(&self) -> Command {
        let mut program = Command::cargo_bin("nightdesk").expect("the program is built");
        program.current_dir(self.dir.path());
        program
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.program().args(arguments).output().expect("it runs")
    }
}

/// What the program has written to one of its outputs.
pub fn words(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}
