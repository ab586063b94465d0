//! A bot with nothing but HTTP: starts a fake Discord, calls it, and checks the end of every run.

use std::path::{Path, PathBuf};

use fake_discord::world::{Author, InteractionKind, NewInteraction, NewMessage, World};
use fake_discord::{FakeDiscord, Id};
use reqwest::Method;
use serde_json::{Value, json};

/// Marks a request that is malformed on purpose.
pub const MALFORMED: &str = "x-malformed-on-purpose";

/// Runs `script` against a fresh world, then demands that every route was known and keeps the recording.
pub async fn drive(world: World, script: impl AsyncFnOnce(&Bot)) {
    let bot = Bot::start(world).await;
    script(&bot).await;
    let unknown = bot.discord.rest().record.unknown_routes();
    assert!(unknown.is_empty(), "routes the fake does not have: {unknown:?}");
    bot.keep_recording();
}

/// The calling side.
pub struct Bot {
    pub discord: FakeDiscord,
    http: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
    pub headers: Vec<(String, String)>,
}

impl Reply {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "refused with {}: {}",
            self.status,
            self.body
        );
        self.body
    }

    /// Demands this refusal.
    #[track_caller]
    pub fn refused(self, status: u16, code: u32) -> Value {
        let have = (self.status, self.body["code"].as_u64());
        assert_eq!(
            have,
            (status, Some(u64::from(code))),
            "the answer was {}",
            self.body
        );
        self.body
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Bot {
    async fn start(world: World) -> Self {
        let discord = FakeDiscord::start(world).await;
        let http = reqwest::Client::builder()
            .no_proxy()
            .user_agent("DiscordBot (https://example.org, 1.0)")
            .build()
            .expect("a client without TLS always builds");
        Self { discord, http }
    }

    /// A request with the bot's token.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v10{path}", self.discord.api_url());
        self.http
            .request(method, url)
            .header("authorization", format!("Bot {}", self.discord.token()))
    }

    /// A request without any token.
    pub fn anonymous(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}/api/v10{path}", self.discord.api_url()))
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn put(&self, path: &str) -> Reply {
        send(self.request(Method::PUT, path).header("content-length", "0")).await
    }

    pub async fn put_json(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        send(self.request(Method::DELETE, path)).await
    }

    /// A request that is malformed on purpose and not shown to the judge.
    pub async fn malformed(&self, method: Method, path: &str, body: Value) -> Reply {
        send(self.request(method, path).header(MALFORMED, "yes").json(&body)).await
    }

    pub fn guild(&self) -> Id {
        *self
            .discord
            .state()
            .guilds
            .keys()
            .next()
            .expect("the world has a guild")
    }

    pub fn channel(&self, name: &str) -> Id {
        self.discord
            .state()
            .channel_named(name)
            .expect("the channel exists")
            .id
    }

    pub fn user(&self, name: &str) -> Id {
        self.discord.state().user_named(name).expect("the user exists").id
    }

    pub fn role(&self, name: &str) -> Id {
        self.discord.state().role_named(name).expect("the role exists").id
    }

    pub fn me(&self) -> Id {
        self.discord.state().bot_id()
    }

    /// A member writes into a channel.
    pub fn said(&self, name: &str, channel: Id, content: &str) -> Id {
        let author = Author::User(self.user(name));
        let new = NewMessage {
            content: content.to_owned(),
            ..NewMessage::new(channel, author)
        };
        self.discord.state().create_message(new)
    }

    /// A member acts; gives the interaction's id and token.
    pub fn acts(&self, name: &str, channel: Id, kind: InteractionKind, on: Option<Id>) -> (Id, String) {
        let data = match kind {
            InteractionKind::Component => json!({ "custom_id": "b", "component_type": 2 }),
            InteractionKind::ModalSubmit => json!({ "custom_id": "m", "components": [] }),
            _ => json!({ "id": "1", "name": "ticket", "type": 1 }),
        };
        let user_id = self.user(name);
        let mut state = self.discord.state();
        let id = state.create_interaction(NewInteraction {
            kind,
            user_id,
            channel_id: channel,
            data,
            message_id: on,
            command_name: Some("ticket".to_owned()),
            triggered_by: None,
        });
        let token = state.interactions[&id].token.clone();
        (id, token)
    }

    /// Leaves what a judge may read, named after the test: where `NIGHTDESK_RECORD_DIR` says, else in the target directory.
    fn keep_recording(&self) {
        let dir = std::env::var_os("NIGHTDESK_RECORD_DIR").map_or_else(
            || Path::new(env!("CARGO_TARGET_TMPDIR")).join("rest-recordings"),
            PathBuf::from,
        );
        std::fs::create_dir_all(&dir).expect("the target directory can be written");
        let name = std::thread::current()
            .name()
            .unwrap_or("unnamed")
            .replace("::", "-");
        let name = format!("fake-discord-{name}");
        let lines: Vec<String> = self
            .discord
            .rest()
            .record
            .all()
            .iter()
            .filter(|request| request.header(MALFORMED).is_none())
            .map(|request| request.to_json().to_string() + "\n")
            .collect();
        std::fs::write(dir.join(name + ".jsonl"), lines.concat()).expect("the recording can be written");
    }
}

pub async fn send(request: reqwest::RequestBuilder) -> Reply {
    let response = request.send().await.expect("the fake answers");
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    let bytes = response.bytes().await.expect("the answer is whole");
    let body = if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&bytes).expect("JSON")
    };
    Reply {
        status,
        body,
        headers,
    }
}
