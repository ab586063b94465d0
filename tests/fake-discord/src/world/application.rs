//! The application behind the bot: what it may ask of the gateway, and its token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::ids::Id;

/// The application and its bot account. Both share one id, as they do for every application made since 2016.
#[derive(Clone, Debug)]
pub struct Application {
    /// The application's id, the same as the bot's.
    pub id: Id,
    /// The user id of the bot.
    pub bot_id: Id,
    /// The application's name.
    pub name: String,
    /// What the bot logs in with.
    pub token: String,
    /// Application flags; bits 12 to 19 grant the privileged intents.
    pub flags: u64,
    /// The user id of the person who owns the application.
    pub owner_id: Option<Id>,
    /// Ed25519 key of the interactions endpoint (unused here, but clients read it).
    pub verify_key: String,
}

impl Application {
    /// `GATEWAY_PRESENCE_LIMITED`: may ask for presences.
    pub const PRESENCE: u64 = 1 << 13;
    /// `GATEWAY_GUILD_MEMBERS_LIMITED`: may ask for members.
    pub const GUILD_MEMBERS: u64 = 1 << 15;
    /// `GATEWAY_MESSAGE_CONTENT_LIMITED`: may ask for what messages say.
    pub const MESSAGE_CONTENT: u64 = 1 << 19;

    pub(super) fn of_bot(id: Id, name: &str) -> Self {
        Self {
            id,
            bot_id: id,
            name: name.to_owned(),
            token: token_for(id),
            flags: Self::PRESENCE | Self::GUILD_MEMBERS | Self::MESSAGE_CONTENT,
            owner_id: None,
            verify_key: "0".repeat(64),
        }
    }

    /// Is any bit of the given privileged intent's pair (verified or limited) granted?
    /// `limited` is one of the constants above; the bit below it is the verified bot's.
    pub fn grants(&self, limited: u64) -> bool {
        self.flags & (limited | limited >> 1) != 0
    }
}

/// A token in the shape of Discord's (`base64(id).time.signature`): some clients read the id out of it.
fn token_for(id: Id) -> String {
    let id = URL_SAFE_NO_PAD.encode(id.to_string());
    format!("{id}.GfakeT.not-a-secret-a-loopback-stand-in-token")
}
