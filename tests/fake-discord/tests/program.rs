//! The stand-in as a program of its own: a world from a file, a client at its two doors, and a test that acts under `/_fake`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

/// A small world with names that no built-in one has.
const WORLD: &str = r#"{
  "bot": "beacon",
  "guilds": [{
    "name": "Skerry",
    "owner": "otto",
    "roles": [{ "name": "Warden", "permissions": ["MANAGE_MESSAGES"] }],
    "bot_on_top": true,
    "channels": [{ "name": "quay" }, { "name": "wheelhouse", "only": ["Warden"] }],
    "members": [{ "name": "wilma", "roles": ["Warden"] }, { "name": "mads" }]
  }]
}"#;

/// The running program. Dropped, it is killed.
struct Program {
    child: Child,
    api: String,
    gateway: String,
    token: String,
    http: reqwest::Client,
}

impl Program {
    /// Starts it and reads where it listens.
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fake-discord"))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        // All that it will ever say: afterwards nobody listens.
        let said: Vec<String> = lines.take(4).map_while(Result::ok).collect();
        let value = |name: &str| {
            let line = said.iter().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("{name} is told: {said:?}"))
                .trim()
                .to_owned()
        };
        let http = reqwest::Client::builder().no_proxy().build();
        Self {
            api: value("api"),
            gateway: value("gateway"),
            token: value("token"),
            child,
            http: http.expect("a client without TLS always builds"),
        }
    }

    fn door(&self, route: &str) -> String {
        format!("{}/_fake{route}", self.api.trim_end_matches("/api/v10"))
    }

    async fn looks(&self, route: &str) -> Value {
        let answer = self.http.get(self.door(route)).send().await;
        answer.expect("it answers").json().await.expect("JSON")
    }

    async fn does(&self, route: &str, what: Value) -> Value {
        let answer = self.http.post(self.door(route)).json(&what).send().await;
        let answer = answer.expect("it answers");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        answer.json().await.expect("JSON")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already; either way it must not outlive its test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn world_file(folder: &Path, text: &str) -> String {
    let path = folder.join("world.json");
    std::fs::write(&path, text).expect("the file can be written");
    path.display().to_string()
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the target directory can be written");
    folder
}

#[tokio::test]
async fn a_client_sees_the_world_of_the_file_and_what_is_done_under_fake() {
    let world = world_file(&folder("program-world"), WORLD);
    let program = Program::start(&["--seed-world", &world]);

    let (mut socket, _) = connect_async(format!("{}/?v=10", program.gateway)).await.unwrap();
    let identify = json!({ "op": 2, "d": {
        "token": program.token, "intents": (1 | 1 << 9 | 1 << 15),
        "properties": { "os": "linux", "browser": "test", "device": "test" },
    } });
    socket.send(Message::text(identify.to_string())).await.unwrap();
    let mut next = async |name: &str| loop {
        let frame = tokio::time::timeout(Duration::from_secs(10), socket.next()).await;
        match frame.expect("a frame in time") {
            Some(Ok(Message::Text(text))) => {
                let payload: Value = serde_json::from_str(&text).unwrap();
                if payload["t"] == name {
                    break payload["d"].clone();
                }
            }
            Some(Ok(Message::Close(frame))) if name == "closed" => {
                break json!(frame.map(|frame| u16::from(frame.code)));
            }
            other => panic!("waiting for {name}: {other:?}"),
        }
    };
    assert_eq!(next("READY").await["user"]["username"], "beacon");
    let guild = next("GUILD_CREATE").await;
    assert_eq!(guild["name"], "Skerry");

    let act = json!({ "as": "mads", "do": "says", "channel": "quay", "text": "ahoy" });
    let said = program.does("/act", act).await;
    assert_eq!(next("MESSAGE_CREATE").await["id"], said["id"]);

    let channel = said["channel_id"].as_str().expect("a channel");
    let answer = program
        .http
        .post(format!("{}/channels/{channel}/messages", program.api))
        .header("authorization", format!("Bot {}", program.token))
        .json(&json!({ "content": "ahoy yourself" }))
        .send()
        .await
        .expect("it answers");
    assert_eq!(answer.status(), 200);
    let seen = program.looks("/messages?channel=quay&as=mads").await;
    let texts: Vec<&str> = seen
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|message| message["content"].as_str())
        .collect();
    assert_eq!(texts, ["ahoy", "ahoy yourself"]);
    let state = program.looks("/state").await;
    assert_eq!(state["guilds"][0]["owner"], "otto");
    assert_eq!(state["sessions"][0]["connected"], true);

    program
        .does("/gateway", json!({ "do": "close", "code": 4000 }))
        .await;
    assert_eq!(next("closed").await, 4000);
}

#[tokio::test]
async fn without_a_file_a_small_community_is_there() {
    let program = Program::start(&[]);
    let state = program.looks("/state").await;
    assert_eq!(state["guilds"][0]["name"], "Lantern");
    assert_eq!(state["token"], program.token.as_str());
}

#[test]
fn a_world_that_cannot_be_read_is_told_and_ends_with_2() {
    let broken = r#"{ "guilds": [{ "name": "Skerry", "owner": "otto", "chanels": [] }] }"#;
    let world = world_file(&folder("program-broken-world"), broken);
    let ended = Command::new(env!("CARGO_BIN_EXE_fake-discord"))
        .args(["--seed-world", &world])
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("chanels") && said.contains("world.json"), "{said}");
}

#[tokio::test]
async fn whoever_stands_outside_can_ask_for_trouble_and_reads_what_there_is_to_ask_for() {
    let program = Program::start(&[]);
    let list = program
        .http
        .get(program.door(""))
        .send()
        .await
        .expect("it answers");
    let list = list.text().await.expect("text");
    for told in ["`says`", "`runs_command`", "/_fake/limits", "/_fake/faults"] {
        assert!(list.contains(told), "{told}: {list}");
    }
    let me = async || {
        program
            .http
            .get(format!("{}/users/@me", program.api))
            .header("authorization", format!("Bot {}", program.token))
            .send()
            .await
            .expect("it answers")
    };
    let refuse = json!({ "method": "GET", "route": "/users/@me", "fault": { "refuse": { "status": 403, "code": 50001 } } });
    program.does("/faults", refuse).await;
    let refused = me().await;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], 50_001);
    program
        .does(
            "/limits",
            json!({ "everywhere": { "requests": 1, "window_ms": 60_000 } }),
        )
        .await;
    assert_eq!(me().await.status(), 200);
    let limited = me().await;
    assert_eq!(limited.status(), 429);
    assert!(limited.headers().contains_key("retry-after"));
    program.does("/limits", json!({})).await;
    assert_eq!(me().await.status(), 200);
}
