//! Starts and stops the bot: who we are, the gateway on its own thread, the commands, the tasks of [`crate::app`].
//!
//! The gateway has a thread and a single-threaded runtime to itself. That keeps its events in order, and serenity's shard
//! loop, which spins for up to a heartbeat after some close codes, can starve nobody.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use poise::serenity_prelude as serenity;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::client::{self, Access, ConnectError, Files, Identity};
use super::commands;
use super::events::{Edge, Entrance};
use super::perform::Discord;
use super::registration::Registration;
use super::stillness::Stillness;
use crate::app::{App, Parts, jobs, performer};
use crate::model::GuildId;
use crate::storage::AllGuilds;

/// How long effects wait for the description of the guilds they belong to.
const FIRST_LOOK: Duration = Duration::from_secs(5);
/// How long the gateway may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// What the edge needs to know.
#[derive(Debug)]
pub struct Settings {
    /// How to reach Discord.
    pub access: Access,
    /// Where commands are registered; empty: everywhere.
    pub guilds: Vec<GuildId>,
}

/// Runs the bot until `shutdown` completes or the gateway closes for good. `assemble` makes the bot around Discord.
pub async fn run(
    settings: Settings,
    assemble: impl FnOnce(Arc<Discord>) -> Parts,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ConnectError> {
    let still = Stillness::default();
    let http = client::build(&settings.access, &still)?;
    tokio::pin!(shutdown);
    let reached = async {
        let gateway_url = client::gateway(&http, &settings.access).await?;
        Ok((gateway_url, client::identity(&http).await?))
    };
    let (gateway_url, identity) = tokio::select! {
        reached = reached => reached?,
        () = &mut shutdown => return Ok(()),
    };
    http.set_application_id(identity.application.into());
    say_what_is_missing(identity);

    let entrance = Entrance::default();
    // serenity's client takes the limiter's callback of its own HTTP client away from us: it gets one of its own, which
    // carries the answers to interactions and nothing that the global limit is about.
    let answering = client::build(&settings.access, &Stillness::default())?;
    let gateway = Gateway::open(answering, identity, entrance.clone(), gateway_url).await?;
    let files = Files::new(&settings.access)?;
    let discord = Arc::new(Discord::new(
        Arc::new(http),
        &settings.access,
        (files, still),
        identity.application,
    ));
    discord.note_own_user(identity.user);
    let app = Arc::new(App::new(assemble(Arc::clone(&discord))));
    match app.store.recover_effects(AllGuilds, app.clock.now()).await {
        Ok(0) => {}
        Ok(interrupted) => tracing::warn!(
            interrupted,
            "effects were under way when the bot stopped; they are looked up"
        ),
        Err(error) => tracing::error!(%error, "interrupted effects could not be recovered"),
    }

    let stop = CancellationToken::new();
    let edge = Arc::new(Edge::new(
        Arc::clone(&app),
        Arc::clone(&discord),
        identity,
        commands::all(),
        Arc::clone(&gateway.shards),
        stop.clone(),
    ));
    let mut registration = Registration::new(discord.application(), edge.commands(), &settings.guilds);
    registration.attempt(&discord).await;
    let registering = tokio::spawn(registration.finish(Arc::clone(&app), Arc::clone(&discord), stop.clone()));
    entrance.open(Arc::clone(&edge));

    let performing = tokio::spawn({
        let (app, edge, stop) = (Arc::clone(&app), Arc::clone(&edge), stop.clone());
        async move {
            edge.all_described(FIRST_LOOK).await;
            performer::run(app, stop).await;
        }
    });
    let coming_round = tokio::spawn(jobs::run(Arc::clone(&app), stop.clone()));
    let mut gateway = gateway.start();
    let ended = tokio::select! {
        () = &mut shutdown => None,
        ended = &mut gateway.ended => {
            Some(ended.unwrap_or_else(|_| Err(ConnectError::Gateway("its thread ended".to_owned()))))
        }
    };
    tracing::info!("stopping");
    stop.cancel();
    edge.until_answered().await;
    for task in [registering, performing, coming_round] {
        if let Err(error) = task.await {
            tracing::error!(%error, "a task broke off");
        }
    }
    if let Some(ended) = ended {
        // Nobody is left to say goodbye to.
        return ended;
    }
    gateway.close().await;
    Ok(())
}

fn say_what_is_missing(identity: Identity) {
    if !identity.content {
        tracing::warn!(
            "Discord does not give this application the content of messages: nothing can be judged, tickets work by form. \
             Grant the Message Content intent in the developer portal."
        );
    }
    if !identity.members {
        tracing::warn!(
            "Discord does not give this application the members of servers: roles are read at each interaction. Grant the \
             Server Members intent in the developer portal."
        );
    }
}

/// The gateway on its thread, not yet started.
struct Gateway {
    shards: Arc<serenity::ShardManager>,
    go: oneshot::Sender<()>,
    ended: oneshot::Receiver<Result<(), ConnectError>>,
}

/// The gateway at work.
struct Started {
    shards: Arc<serenity::ShardManager>,
    ended: oneshot::Receiver<Result<(), ConnectError>>,
}

impl Gateway {
    async fn open(
        http: serenity::Http,
        identity: Identity,
        entrance: Entrance,
        url: String,
    ) -> Result<Self, ConnectError> {
        let (opened, open) = oneshot::channel();
        let (go, gone) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| ConnectError::Gateway(error.to_string()))?;
        let thread = std::thread::Builder::new()
            .name("gateway".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    let builder = serenity::ClientBuilder::new_with_http(http, identity.intents());
                    let mut client = match builder.raw_event_handler(entrance).await {
                        Ok(client) => client,
                        Err(error) => {
                            let _ = opened.send(Err(error.to_string()));
                            return;
                        }
                    };
                    // serenity asked again and dials Discord's own address when that failed: the one we checked counts.
                    *client.ws_url.lock().await = url;
                    let _ = opened.send(Ok(Arc::clone(&client.shard_manager)));
                    if gone.await.is_ok() {
                        let ended = client
                            .start()
                            .await
                            .map_err(|error| client::closed_for_good(&error));
                        let _ = end.send(ended);
                    }
                });
            });
        thread.map_err(|error| ConnectError::Gateway(error.to_string()))?;
        let shards = open
            .await
            .map_err(|_| ConnectError::Gateway("its thread ended".to_owned()))?
            .map_err(ConnectError::Gateway)?;
        Ok(Self { shards, go, ended })
    }

    fn start(self) -> Started {
        let _ = self.go.send(());
        Started {
            shards: self.shards,
            ended: self.ended,
        }
    }
}

impl Started {
    async fn close(self) {
        let goodbye = async {
            self.shards.shutdown_all().await;
            let _ = self.ended.await;
        };
        if tokio::time::timeout(GOODBYE, goodbye).await.is_err() {
            tracing::info!("the gateway did not say goodbye in time");
        }
    }
}
