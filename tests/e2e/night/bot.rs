//! The bot as a process: the binary that is shipped, told nothing but a token, a base URL, a database and the rules.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use fake_discord::FakeDiscord;

/// How long the bot may take to end after it was asked to.
const FAREWELL: Duration = Duration::from_secs(10);

/// A running bot. Dropped, it is killed.
pub struct Bot(Option<Child>);

impl Bot {
    /// Starts the binary. `more`: what stands in its environment besides.
    pub fn start(discord: &FakeDiscord, database: &Path, log: &Path, more: &[(String, String)]) -> Self {
        let own = [
            (
                "RULES_DIR",
                concat!(env!("CARGO_MANIFEST_DIR"), "/rules").to_owned(),
            ),
            ("OPERATOR_IDS", discord.member("olivia").id.to_string()),
            ("RUST_LOG", "info,nightdesk=debug".to_owned()),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value));
        let more: Vec<(String, String)> = own.into_iter().chain(more.iter().cloned()).collect();
        Self::start_told(discord, database, log, &more)
    }

    /// Starts the binary with nothing in its environment but a token, a base URL, a database, and what it is told besides.
    /// Rules that nobody names are looked for in the database's folder, where it starts.
    pub fn start_told(discord: &FakeDiscord, database: &Path, log: &Path, told: &[(String, String)]) -> Self {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .expect("the log can be written");
        let child = Command::new(env!("CARGO_BIN_EXE_nightdesk"))
            .arg("run")
            .env_clear()
            .env("DISCORD_TOKEN", discord.token())
            .env("DISCORD_API_URL", discord.api_url())
            .env("DATABASE_URL", format!("sqlite://{}", database.display()))
            .envs(told.iter().cloned())
            .current_dir(database.parent().expect("the database is in a folder"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log can be shared"))
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        Self(Some(child))
    }

    /// The process, while it was not asked to end.
    pub fn pid(&self) -> u32 {
        self.0.as_ref().map(Child::id).expect("the bot was started")
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.0
            .as_mut()
            .is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Asks it to end (SIGTERM) and waits for it.
    pub async fn stop(mut self) {
        let pid = self.pid();
        let asked = Command::new("kill").arg("-TERM").arg(pid.to_string()).status();
        assert!(
            asked.is_ok_and(|status| status.success()),
            "the bot could not be asked to end"
        );
        let status = tokio::time::timeout(FAREWELL, self.ended())
            .await
            .expect("the bot ends when asked to");
        assert!(status.success(), "the bot ended with {status}");
    }

    /// Kills it without a word (SIGKILL).
    pub async fn kill(mut self) {
        self.0
            .as_mut()
            .expect("the bot was started")
            .kill()
            .expect("the bot can be killed");
        self.ended().await;
    }

    /// Waits until it ends by itself.
    pub async fn ends(mut self) -> ExitStatus {
        tokio::time::timeout(FAREWELL, self.ended())
            .await
            .expect("the bot ends by itself")
    }

    async fn ended(&mut self) -> ExitStatus {
        let mut child = self.0.take().expect("the bot was started");
        let waiting = tokio::task::spawn_blocking(move || child.wait());
        waiting
            .await
            .expect("the wait is not cut short")
            .expect("the bot can be waited for")
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            // It may have ended already; either way it must not outlive its test.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
