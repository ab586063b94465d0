//! How Discord is reached: the one function that builds the HTTP client, what is asked before the gateway is dialled, and
//! where files may be fetched from.
//!
//! With an API address set, nothing here can reach the real Discord: serenity's rate limiter (which ignores the address)
//! is off, system proxies and redirects are off, the gateway must live on the same machine or host, and files come from
//! that host alone. Source of the traps: serenity 0.12.5, `http/ratelimiting.rs` and `client/mod.rs`.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use poise::serenity_prelude as serenity;
use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url};
use serde_json::Value;
use serenity::{GatewayError, GatewayIntents, LightMethod, Request, Route};

use super::convert::guild::id;
use super::errors::platform_error;
use super::stillness::Stillness;
use crate::app::platform::PlatformError;
use crate::model::UserId;

/// Longest wait for a connection, and for a whole answer.
const CONNECTING: Duration = Duration::from_secs(10);
const ANSWERING: Duration = Duration::from_secs(30);
/// The pause after the first question before the start that went unanswered, and the longest one.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// Where Discord keeps avatars.
const CONTENT_NETWORK: &str = "https://cdn.discordapp.com";
/// Hosts of Discord that files are fetched from.
const FILE_HOSTS: [&str; 4] = [
    "cdn.discordapp.com",
    "media.discordapp.net",
    // Its own copies of pictures from elsewhere.
    "images-ext-1.discordapp.net",
    "images-ext-2.discordapp.net",
];
/// Flags of an application that has been granted a privileged intent, in full or for up to a hundred servers
/// ("Application Flags").
const MEMBERS_GRANTED: u64 = 1 << 14 | 1 << 15;
const CONTENT_GRANTED: u64 = 1 << 18 | 1 << 19;

/// How to reach Discord.
#[derive(Clone)]
pub struct Access {
    /// The bot's token.
    pub token: String,
    /// Base address of a stand-in; `None`: Discord itself.
    pub api_url: Option<String>,
    /// A client to use in place of ours: a test's, with its own certificate.
    pub client: Option<reqwest::Client>,
}

impl Access {
    /// The base address of everything that is asked: the stand-in's, or Discord's own.
    pub fn base(&self) -> &str {
        self.api_url.as_deref().unwrap_or("https://discord.com")
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("api_url", &self.api_url)
            .finish_non_exhaustive()
    }
}

/// Why the bot does not start.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No HTTP client could be made.
    #[error("no HTTP client could be made: {0}")]
    Client(String),
    /// The token is refused.
    #[error("Discord refuses the token: set DISCORD_TOKEN to the bot's present one")]
    Token,
    /// Something before the gateway could not be asked.
    #[error("{what} could not be asked: {why}")]
    Unanswered {
        /// What was asked.
        what: &'static str,
        /// What went wrong.
        why: String,
    },
    /// The gateway lies elsewhere than the API.
    #[error(
        "DISCORD_API_URL is {api}, but its gateway is {gateway}: with an API address set only a gateway on the same host or \
         on this machine is dialled, so that the real Discord is never reached by accident"
    )]
    ForeignGateway {
        /// The address set.
        api: String,
        /// The gateway it named.
        gateway: String,
    },
    /// An intent that was granted at the start is not any more (close code 4014).
    #[error(
        "Discord gives this application less than when the bot started: grant it the Message Content and Server Members intents \
         in the developer portal (Bot, Privileged Gateway Intents), or start the bot again to go on with what is left"
    )]
    IntentsWithdrawn,
    /// The gateway knows no such intents (close code 4013).
    #[error("Discord no longer knows what this version of the bot asks to hear of: install a newer version")]
    IntentsUnknown,
    /// The gateway closed the connection for good.
    #[error("the gateway closed the connection: {0}")]
    Gateway(String),
}

/// Why the gateway closed for good, in words that say what to do.
pub fn closed_for_good(error: &serenity::Error) -> ConnectError {
    match error {
        serenity::Error::Gateway(GatewayError::InvalidAuthentication) => ConnectError::Token,
        serenity::Error::Gateway(GatewayError::DisallowedGatewayIntents) => ConnectError::IntentsWithdrawn,
        serenity::Error::Gateway(GatewayError::InvalidGatewayIntents) => ConnectError::IntentsUnknown,
        other => ConnectError::Gateway(other.to_string()),
    }
}

/// Who we are, as Discord knows us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Our application.
    pub application: u64,
    /// Our account.
    pub user: UserId,
    /// Whether Discord gives us the members of servers.
    pub members: bool,
    /// Whether Discord gives us the content of messages.
    pub content: bool,
}

impl Identity {
    /// What to ask of the gateway: nothing that has not been granted, or it would refuse us altogether.
    pub fn intents(&self) -> GatewayIntents {
        let mut intents = GatewayIntents::GUILDS
            | GatewayIntents::GUILD_MESSAGES
            | GatewayIntents::AUTO_MODERATION_EXECUTION;
        intents.set(GatewayIntents::GUILD_MEMBERS, self.members);
        intents.set(GatewayIntents::MESSAGE_CONTENT, self.content);
        intents
    }
}

/// Builds serenity's HTTP client: with an API address, the proxy **and** the rate limiter switched off; without one, the
/// real limiter, which tells `still` of the global limit.
pub fn build(access: &Access, still: &Stillness) -> Result<serenity::Http, ConnectError> {
    let client = match &access.client {
        Some(client) => client.clone(),
        None => plain_client(access.api_url.is_some())
            .timeout(ANSWERING)
            .build()
            .map_err(client_error)?,
    };
    let mut http = serenity::HttpBuilder::new(&access.token).client(client);
    if let Some(base) = &access.api_url {
        http = http.proxy(base).ratelimiter_disabled(true);
    }
    let mut http = http.build();
    if let Some(limiter) = &mut http.ratelimiter {
        let still = still.clone();
        limiter.set_ratelimit_callback(Box::new(move |limit| {
            if limit.global {
                tracing::warn!(
                    seconds = limit.timeout.as_secs_f32(),
                    "the global limit was reached"
                );
                still.keep(limit.timeout);
            }
        }));
    }
    Ok(http)
}

/// `fenced`: neither a proxy of the system nor a redirect may lead elsewhere.
fn plain_client(fenced: bool) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .use_rustls_tls()
        .connect_timeout(CONNECTING);
    if fenced {
        builder.no_proxy().redirect(Policy::none())
    } else {
        builder
    }
}

fn client_error(error: reqwest::Error) -> ConnectError {
    ConnectError::Client(error.without_url().to_string())
}

/// Asks for the gateway's address before serenity does: when that question fails, serenity quietly dials the real one.
pub async fn gateway(http: &serenity::Http, access: &Access) -> Result<String, ConnectError> {
    let answer = ask(http, Route::Gateway, "the gateway's address").await?;
    let gateway = answer
        .get("url")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if let Some(api) = &access.api_url
        && !is_near(&gateway, api)
    {
        return Err(ConnectError::ForeignGateway {
            api: api.clone(),
            gateway,
        });
    }
    Ok(gateway)
}

/// Whether a gateway may be dialled when the API is at `api`: on its host, or on this machine.
pub fn is_near(gateway: &str, api: &str) -> bool {
    let (Ok(gateway), Ok(api)) = (Url::parse(gateway), Url::parse(api)) else {
        return false;
    };
    matches!(gateway.scheme(), "ws" | "wss")
        && gateway
            .host_str()
            .is_some_and(|host| is_this_machine(host) || Some(host) == api.host_str())
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Asks Discord who we are and what we have been granted.
pub async fn identity(http: &serenity::Http) -> Result<Identity, ConnectError> {
    let application = ask(http, Route::Oauth2ApplicationCurrent, "the application").await?;
    let account = ask(http, Route::UserMe, "the bot's account").await?;
    let flags = application
        .get("flags")
        .and_then(Value::as_u64)
        .unwrap_or_default();
    let lacks = |what| ConnectError::Unanswered {
        what,
        why: "the answer has no id".to_owned(),
    };
    Ok(Identity {
        application: id(&application, "id").ok_or_else(|| lacks("the application"))?,
        user: UserId(id(&account, "id").ok_or_else(|| lacks("the bot's account"))?),
        members: flags & MEMBERS_GRANTED != 0,
        content: flags & CONTENT_GRANTED != 0,
    })
}

/// One question before the start. A passing failure is asked again, at first soon and then once a minute, for as long as it
/// lasts: a machine that boots before its network does must not leave a community without its bot.
async fn ask(http: &serenity::Http, route: Route<'_>, what: &'static str) -> Result<Value, ConnectError> {
    let mut wait = FIRST_WAIT;
    loop {
        let pause = match http.request(Request::new(route, LightMethod::Get)).await {
            Ok(answer) => match answer.json().await {
                Ok(value) => return Ok(value),
                Err(error) => {
                    let why = error.without_url().to_string();
                    return Err(ConnectError::Unanswered { what, why });
                }
            },
            Err(error) => match platform_error(&error) {
                PlatformError::Refused(why) if why.contains("(status 401)") || why.starts_with("401") => {
                    return Err(ConnectError::Token);
                }
                PlatformError::RateLimited { retry_after } => retry_after.unwrap_or(wait),
                passing @ (PlatformError::Transient(_) | PlatformError::Unanswered(_)) => {
                    let again_in = wait.as_secs_f32();
                    tracing::warn!(%passing, again_in, "{what} could not be asked; the bot goes on trying");
                    wait
                }
                other => {
                    let why = other.to_string();
                    return Err(ConnectError::Unanswered { what, why });
                }
            },
        };
        tokio::time::sleep(pause).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Where files come from.
#[derive(Clone, Debug)]
pub struct Files {
    client: reqwest::Client,
    /// The stand-in's host and port; `None`: Discord's own hosts.
    only: Option<(String, Option<u16>)>,
    /// Where avatars are.
    network: String,
}

impl Files {
    /// Fetches files of messages from Discord, or from the stand-in alone.
    pub fn new(access: &Access) -> Result<Self, ConnectError> {
        let client = match (&access.client, &access.api_url) {
            (Some(client), _) => client.clone(),
            (None, _) => plain_client(true)
                .timeout(ANSWERING)
                .build()
                .map_err(client_error)?,
        };
        let only = access.api_url.as_ref().and_then(|api| {
            let api = Url::parse(api).ok()?;
            Some((api.host_str()?.to_owned(), api.port_or_known_default()))
        });
        let network = access.api_url.as_deref().unwrap_or(CONTENT_NETWORK);
        let network = network.trim_end_matches('/').to_owned();
        Ok(Self {
            client,
            only,
            network,
        })
    }

    /// The client that files are fetched with: it follows no redirect and uses no proxy of the system.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// The address of a path of Discord's content network, or of the stand-in's.
    pub fn of_network(&self, path: &str) -> String {
        format!("{}{path}", self.network)
    }

    /// Whether a file may be fetched from here.
    fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        match &self.only {
            Some((only, port)) => host == only && url.port_or_known_default() == *port,
            None => url.scheme() == "https" && FILE_HOSTS.contains(&host),
        }
    }

    /// The bytes behind an address; `None` when they are more than `limit` or may not be fetched from there.
    pub async fn fetch(&self, url: &str, limit: u64) -> Result<Option<Vec<u8>>, PlatformError> {
        let Ok(url) = Url::parse(url) else { return Ok(None) };
        if !self.allows(&url) {
            tracing::info!(
                host = url.host_str().unwrap_or_default(),
                "a file elsewhere than at Discord is not fetched"
            );
            return Ok(None);
        }
        let failed = |error: reqwest::Error| PlatformError::Transient(error.without_url().to_string());
        let mut answer = self.client.get(url).send().await.map_err(failed)?;
        let status = answer.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(PlatformError::Transient(format!("status {status}")));
        }
        if !status.is_success() {
            return Ok(None);
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if bytes.len() + chunk.len() > limit {
                return Ok(None);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(api_url: Option<&str>) -> Access {
        Access {
            token: "secret.token".to_owned(),
            api_url: api_url.map(str::to_owned),
            client: None,
        }
    }

    #[test]
    fn with_an_api_address_the_limiter_is_off_and_without_one_it_is_on() {
        let fenced = build(&access(Some("http://127.0.0.1:1")), &Stillness::default()).expect("a client");
        assert!(fenced.ratelimiter.is_none() && fenced.proxy.as_deref() == Some("http://127.0.0.1:1"));
        let real = build(&access(None), &Stillness::default()).expect("a client");
        assert!(real.ratelimiter.is_some() && real.proxy.is_none());
    }

    #[test]
    fn only_a_gateway_on_the_same_host_or_on_this_machine_is_dialled() {
        let api = "http://fake.example:8080";
        for near in [
            "ws://fake.example:9",
            "wss://fake.example",
            "ws://127.0.0.1:5",
            "ws://[::1]:5",
            "ws://localhost:5",
        ] {
            assert!(is_near(near, api), "{near}");
        }
        for far in [
            "wss://gateway.discord.gg",
            "http://fake.example",
            "ws://127.0.0.1.evil.example",
            "",
            "ws://10.0.0.1",
        ] {
            assert!(!is_near(far, api), "{far}");
        }
    }

    #[test]
    fn files_come_from_discords_hosts_or_from_the_stand_in_alone() {
        let url = |text: &str| Url::parse(text).expect("an address");
        let real = Files::new(&access(None)).expect("a client");
        assert!(real.allows(&url("https://cdn.discordapp.com/attachments/1/2/a.png")));
        assert!(!real.allows(&url("https://cdn.discordapp.com.evil.example/a.png")));
        assert!(!real.allows(&url("http://169.254.169.254/latest")));
        let fenced = Files::new(&access(Some("http://127.0.0.1:8080"))).expect("a client");
        assert!(fenced.allows(&url("http://127.0.0.1:8080/attachments/a.png")));
        assert!(!fenced.allows(&url("https://cdn.discordapp.com/attachments/1/2/a.png")));
        assert!(!fenced.allows(&url("http://127.0.0.1:9090/a.png")));
        for files in [real, fenced] {
            assert!(files.allows(&url(&files.of_network("/avatars/1/2.png"))));
        }
    }

    #[test]
    fn only_granted_intents_are_asked_for() {
        let bare = Identity {
            application: 1,
            user: UserId(1),
            members: false,
            content: false,
        };
        assert!(!bare.intents().intersects(GatewayIntents::privileged()));
        let full = Identity {
            members: true,
            content: true,
            ..bare
        };
        assert!(
            full.intents()
                .contains(GatewayIntents::MESSAGE_CONTENT | GatewayIntents::GUILD_MEMBERS)
        );
        assert!(!full.intents().contains(GatewayIntents::GUILD_PRESENCES));
    }

    #[test]
    fn the_token_is_not_in_what_access_shows() {
        assert!(!format!("{:?}", access(None)).contains("secret"));
    }
}
