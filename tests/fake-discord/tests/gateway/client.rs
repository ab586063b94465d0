//! A gateway client as thin as can be: frames in, frames out.

use std::io::Read as _;
use std::time::Duration;

use fake_discord::FakeDiscord;
use fake_discord::gateway::Intents;
use flate2::read::ZlibDecoder;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Everything a bot usually asks for.
pub const USUAL: u64 = Intents::GUILDS.0
    | Intents::GUILD_MEMBERS.0
    | Intents::GUILD_MODERATION.0
    | Intents::GUILD_MESSAGES.0
    | Intents::GUILD_MESSAGE_TYPING.0
    | Intents::DIRECT_MESSAGES.0
    | Intents::MESSAGE_CONTENT.0;

/// What came over the line.
#[derive(Debug)]
pub enum Came {
    Payload(Value),
    Closed(Option<u16>),
}

pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub binary_frames: usize,
    pub last_sequence: u64,
}

impl Client {
    /// Connects and stops there: HELLO is still to be read.
    pub async fn connect(discord: &FakeDiscord, query: &str) -> Self {
        let (socket, _) = connect_async(format!("{}/?{query}", discord.gateway_url()))
            .await
            .unwrap();
        Self {
            socket,
            binary_frames: 0,
            last_sequence: 0,
        }
    }

    /// Connects and identifies; READY and everything after are still to be read.
    pub async fn identified(discord: &FakeDiscord, intents: u64) -> Self {
        let mut client = Self::connect(discord, "v=10&encoding=json").await;
        assert_eq!(client.payload().await["op"], 10);
        client.send(identify(&discord.token(), intents)).await;
        client
    }

    pub async fn send(&mut self, payload: Value) {
        self.socket
            .send(Message::text(payload.to_string()))
            .await
            .unwrap();
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub async fn came(&mut self) -> Came {
        loop {
            let frame = tokio::time::timeout(Duration::from_secs(5), self.socket.next()).await;
            let text = match frame.expect("a frame within five seconds") {
                Some(Ok(Message::Text(text))) => text.to_string(),
                Some(Ok(Message::Binary(bytes))) => {
                    self.binary_frames += 1;
                    let mut text = String::new();
                    ZlibDecoder::new(bytes.as_ref())
                        .read_to_string(&mut text)
                        .unwrap();
                    text
                }
                Some(Ok(Message::Close(frame))) => return Came::Closed(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return Came::Closed(None),
            };
            let payload: Value = serde_json::from_str(&text).unwrap();
            self.last_sequence = payload["s"].as_u64().unwrap_or(self.last_sequence);
            return Came::Payload(payload);
        }
    }

    pub async fn payload(&mut self) -> Value {
        match self.came().await {
            Came::Payload(payload) => payload,
            Came::Closed(code) => panic!("closed with {code:?}"),
        }
    }

    /// The data of the next event of this name; others before it are passed over.
    pub async fn event(&mut self, name: &str) -> Value {
        loop {
            let mut payload = self.payload().await;
            if payload["t"] == name {
                return payload["d"].take();
            }
        }
    }

    /// The names of the events up to the first of this name.
    pub async fn events_until(&mut self, name: &str) -> Vec<String> {
        let mut names = Vec::new();
        loop {
            let payload = self.payload().await;
            names.push(payload["t"].as_str().unwrap_or_default().to_owned());
            if payload["t"] == name {
                return names;
            }
        }
    }

    /// Says goodbye.
    pub async fn close(&mut self) {
        let frame = CloseFrame {
            code: CloseCode::Normal,
            reason: "".into(),
        };
        self.socket.send(Message::Close(Some(frame))).await.unwrap();
    }

    pub async fn closed_with(&mut self) -> Option<u16> {
        loop {
            if let Came::Closed(code) = self.came().await {
                return code;
            }
        }
    }
}

pub fn identify(token: &str, intents: u64) -> Value {
    json!({ "op": 2, "d": {
        "token": token, "intents": intents, "properties": { "os": "linux", "browser": "test", "device": "test" },
    } })
}
