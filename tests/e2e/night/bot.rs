//! The bot as a process: the binary that is shipped, told nothing but a token, a base URL, a database and the rules.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use fake_discord::FakeDiscord;
use tokio::process::{Child, Command};

/// How long the bot may take to end after it was asked to.
const FAREWELL: Duration = Duration::from_secs(10);

/// A running bot. Dropped, it is killed.
pub struct Bot(Child);

impl Bot {
    /// Starts the binary.
    pub fn start(discord: &FakeDiscord, database: &Path, log: &Path) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(log).expect("the log can be written");
        let child = Command::new(env!("CARGO_BIN_EXE_nightdesk"))
            .arg("run")
            .env_clear()
            .env("DISCORD_TOKEN", discord.token())
            .env("DISCORD_API_URL", discord.api_url())
            .env("DATABASE_URL", format!("sqlite://{}", database.display()))
            .env("RULES_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))
            .env("OPERATOR_IDS", discord.member("olivia").id.to_string())
            .env("RUST_LOG", "info,nightdesk=debug")
            .current_dir(database.parent().expect("the database is in a folder"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log can be shared"))
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        Self(child)
    }

    /// Its process id; `None` once it has ended.
    pub fn pid(&self) -> Option<u32> {
        self.0.id()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    /// Asks it to end (SIGTERM) and waits for it.
    pub async fn stop(mut self) {
        if let Some(pid) = self.pid() {
            let asked = Command::new("kill").arg("-TERM").arg(pid.to_string()).status().await;
            assert!(asked.is_ok_and(|status| status.success()), "the bot could not be asked to end");
        }
        let ended = tokio::time::timeout(FAREWELL, self.0.wait()).await;
        let status = ended.expect("the bot ends when asked to").expect("the bot can be waited for");
        assert!(status.success(), "the bot ended with {status}");
    }

    /// Kills it without a word (SIGKILL).
    pub async fn kill(mut self) {
        self.0.kill().await.expect("the bot can be killed");
    }
}
