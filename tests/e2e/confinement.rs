//! With `DISCORD_API_URL` set nothing ever reaches the real Discord, whatever the stand-in answers and whatever the
//! environment suggests; and a bot that cannot start says what to do and ends.

#[cfg(target_os = "linux")]
mod sockets;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fake_discord::FakeDiscord;
use fake_discord::world::World;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::night::{SCAM, everything_in, night};

/// How long a bot that cannot start may take to say so.
const PATIENCE: Duration = Duration::from_mins(1);

/// A token that Discord would not know.
const TOKEN: &str = "not-a-real.token-at.all";

/// Somewhere that nobody may call: counts who does, and answers `answer` to each.
struct Trap {
    port: u16,
    calls: Arc<AtomicUsize>,
}

impl Trap {
    async fn answering(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        tokio::spawn(async move {
            while let Ok((mut caller, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut asked = [0; 4096];
                    // A caller who hangs up early was counted all the same.
                    let _ = caller.read(&mut asked).await;
                    let _ = caller.write_all(answer.as_bytes()).await;
                });
            }
        });
        Self { port, calls }
    }

    async fn silent() -> Self {
        Self::answering("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned())
            .await
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Fails when somebody called; then calls itself, to prove that a call would have been noticed.
    async fn assert_nobody_called(&self) {
        assert_eq!(self.calls.load(Ordering::SeqCst), 0, "somebody called");
        let mut own = TcpStream::connect(("127.0.0.1", self.port))
            .await
            .expect("the trap listens");
        own.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("it reads");
        let mut answer = Vec::new();
        own.read_to_end(&mut answer).await.expect("it answers");
        assert_eq!(self.calls.load(Ordering::SeqCst), 1, "the trap counts");
    }
}

fn http_answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// The binary, about to be run with these settings.
fn program(folder: &Path, environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
    command
        .arg("run")
        .env_clear()
        .env(
            "DATABASE_URL",
            format!("sqlite://{}", folder.join("nightdesk.db").display()),
        )
        .env("RULES_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))
        .envs(environment.iter().copied())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the binary until it says that it goes on trying, and stops it then. What it said.
async fn goes_on_trying(folder: &Path, environment: &[(&str, &str)]) -> String {
    let mut child = program(folder, environment).spawn().expect("the binary runs");
    let pid = child.id();
    let signal = move |name: &str| Command::new("kill").args([name, &pid.to_string()]).status();
    let waiting = tokio::task::spawn_blocking(move || {
        let stderr = child.stderr.take().expect("it is piped");
        let mut said = String::new();
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            said.push_str(&line);
            said.push('\n');
            if line.contains("goes on trying") {
                assert!(
                    signal("-TERM").is_ok_and(|status| status.success()),
                    "it can be stopped"
                );
            }
        }
        assert!(
            child.wait().is_ok_and(|status| status.success()),
            "it ends well: {said}"
        );
        said
    });
    let Ok(said) = tokio::time::timeout(PATIENCE, waiting).await else {
        // Whether it could be killed or not, the test has failed.
        let _ = signal("-KILL");
        panic!("the bot neither said that it goes on trying nor ended");
    };
    said.expect("the bot can be listened to")
}

/// Runs the binary until it ends by itself.
async fn ends(folder: &Path, environment: &[(&str, &str)]) -> Output {
    let mut command = program(folder, environment);
    let child = command.spawn().expect("the binary runs");
    let pid = child.id();
    let waiting = tokio::task::spawn_blocking(move || child.wait_with_output());
    let Ok(ended) = tokio::time::timeout(PATIENCE, waiting).await else {
        // Whether it could be killed or not, the test has failed.
        let _ = Command::new("kill").arg("-KILL").arg(pid.to_string()).status();
        panic!("a bot that cannot start did not end");
    };
    ended
        .expect("the wait is not cut short")
        .expect("the bot can be waited for")
}

/// What a bot that could not start said; it ended with 2.
#[track_caller]
fn complaint(output: &Output) -> String {
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &*String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[tokio::test]
async fn everything_wrong_with_the_settings_is_said_at_once_and_nothing_is_begun() {
    let folder = folder();
    let output = ends(
        folder.path(),
        &[
            ("DISCORD_TOKEN", "with a blank"),
            ("DISCORD_API_URL", "127.0.0.1:8080/api"),
            ("DATABASE_URL", "postgres://somewhere"),
            ("GUILD_IDS", "seven"),
            ("OPERATOR_IDS", "1,x"),
            ("RETENTION_DAYS", "0"),
            ("LOG_FORMAT", "xml"),
        ],
    )
    .await;
    let said = complaint(&output);
    for setting in [
        "DISCORD_TOKEN",
        "DISCORD_API_URL",
        "DATABASE_URL",
        "GUILD_IDS",
        "OPERATOR_IDS",
        "RETENTION_DAYS",
        "LOG_FORMAT",
    ] {
        assert!(said.contains(setting), "{setting}: {said}");
    }
    assert!(!said.contains("with a blank"), "the token is not shown: {said}");
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("the folder").count(),
        0,
        "no database is made"
    );
}

#[tokio::test]
async fn a_stand_in_that_knows_no_gateway_is_refused() {
    let discord = FakeDiscord::start(World::community()).await;
    discord.rest().faults.fail("GET", "/gateway", 100, 404, 0);
    let folder = folder();
    let settings = [
        ("DISCORD_TOKEN", discord.token()),
        ("DISCORD_API_URL", discord.api_url()),
    ];
    let output = ends(
        folder.path(),
        &settings.each_ref().map(|(name, value)| (*name, value.as_str())),
    )
    .await;
    let said = complaint(&output);
    assert!(said.contains("gateway"), "{said}");
    assert!(!said.contains(&discord.token()), "{said}");
    assert!(discord.state().sessions().is_empty(), "nobody logged in");
}

#[tokio::test]
async fn without_the_address_of_a_gateway_it_asks_on_and_logs_in_nowhere() {
    let discord = FakeDiscord::start(World::community()).await;
    discord.rest().faults.fail("GET", "/gateway", 100, 500, 0);
    let folder = folder();
    let settings = [
        ("DISCORD_TOKEN", discord.token()),
        ("DISCORD_API_URL", discord.api_url()),
    ];
    let said = goes_on_trying(
        folder.path(),
        &settings.each_ref().map(|(name, value)| (*name, value.as_str())),
    )
    .await;
    assert!(said.contains("gateway"), "{said}");
    assert!(!said.contains(&discord.token()), "{said}");
    assert!(discord.state().sessions().is_empty(), "nobody logged in");
}

#[tokio::test]
async fn a_stand_in_that_names_the_real_gateway_is_refused() {
    for gateway in [
        "wss://gateway.discord.gg",
        "wss://gateway.discord.gg.",
        "wss://127.0.0.1.example.org",
        "",
    ] {
        let body = json!({ "url": gateway, "id": "1", "flags": 0, "shards": 1 }).to_string();
        let stand_in = Trap::answering(http_answer("200 OK", "", &body)).await;
        let folder = folder();
        let output = ends(
            folder.path(),
            &[("DISCORD_TOKEN", TOKEN), ("DISCORD_API_URL", &stand_in.url())],
        )
        .await;
        let said = complaint(&output);
        assert!(
            said.contains(gateway) && said.contains("DISCORD_API_URL"),
            "{gateway}: {said}"
        );
        assert!(!said.contains(TOKEN), "{said}");
    }
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let elsewhere = Trap::silent().await;
    let location = format!("location: {}/api/v10/gateway\r\n", elsewhere.url());
    let stand_in = Trap::answering(http_answer("307 Temporary Redirect", &location, "{}")).await;
    let folder = folder();
    let output = ends(
        folder.path(),
        &[("DISCORD_TOKEN", TOKEN), ("DISCORD_API_URL", &stand_in.url())],
    )
    .await;
    complaint(&output);
    elsewhere.assert_nobody_called().await;
}

#[tokio::test]
async fn a_stand_in_that_is_not_there_is_told_and_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let folder = folder();
    let settings = [("DISCORD_TOKEN", TOKEN), ("DISCORD_API_URL", address.as_str())];
    let said = goes_on_trying(folder.path(), &settings).await;
    assert!(said.contains("gateway"), "{said}");
    assert!(!said.contains(TOKEN), "{said}");
}

#[tokio::test]
async fn a_wrong_token_is_named_and_never_shown() {
    let discord = FakeDiscord::start(World::community()).await;
    let folder = folder();
    let output = ends(
        folder.path(),
        &[
            ("DISCORD_TOKEN", TOKEN),
            ("DISCORD_API_URL", &discord.api_url()),
            ("RUST_LOG", "trace"),
        ],
    )
    .await;
    let said = complaint(&output);
    assert!(said.contains("DISCORD_TOKEN"), "{said}");
    assert!(!said.contains(TOKEN), "{said}");
    assert!(discord.state().sessions().is_empty(), "nobody logged in");
}

#[tokio::test]
async fn a_proxy_in_the_environment_is_not_asked_and_the_token_stays_out_of_the_log() {
    let proxy = Trap::silent().await;
    night(async |night| {
        night.stops_bot().await;
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            night.environment.push((name.to_owned(), proxy.url()));
            night.environment.push((name.to_ascii_lowercase(), proxy.url()));
        }
        night
            .environment
            .push(("RUST_LOG".to_owned(), "debug".to_owned()));
        night.starts_bot().await;
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;
        night.stops_bot().await;

        let log = std::fs::read_to_string(night.log()).expect("there is a log");
        assert!(!log.is_empty());
        assert!(!log.contains(&night.discord.token()), "the token is in the log");
    })
    .await;
    proxy.assert_nobody_called().await;
}

#[tokio::test]
async fn files_are_fetched_from_nowhere_else() {
    let elsewhere = Trap::silent().await;
    night(async |night| {
        let file = format!("{}/attachments/1/2/picture.png", elsewhere.url());
        let snapshot = json!({ "content": SCAM, "attachments": [
            { "id": "2", "filename": "picture.png", "size": 3, "url": file, "proxy_url": file },
        ] });
        let scam = night
            .member("mallory")
            .forwards_from_elsewhere(snapshot, "general")
            .unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        assert!(everything_in(&card).contains("claim-airdrop"));
        night.dm_to("mallory").await;
    })
    .await;
    elsewhere.assert_nobody_called().await;
}

/// What the kernel says of the bot's own sockets, while it works.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn every_connection_of_the_running_bot_leads_to_the_stand_in() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;

        let pid = night.bot.as_ref().expect("the bot runs").pid();
        let port = night.discord.api_url();
        let port: u16 = port
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .expect("a port");
        let remote = sockets::remote_ends(pid);
        assert!(!remote.is_empty(), "the bot is connected");
        for end in remote {
            assert_eq!(end, format!("0100007F:{port:04X}"), "a connection to elsewhere");
        }
        assert_eq!(sockets::datagrams(pid), 0, "no name was looked up");
    })
    .await;
}
