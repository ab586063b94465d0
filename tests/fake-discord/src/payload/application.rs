//! The application, webhooks and audit log entries.

use serde_json::{Value, json};

use crate::world::{AuditLogEntry, State, Webhook};

/// The application object as its own bot sees it.
pub fn application(state: &State) -> Value {
    let application = &state.application;
    let owner = application
        .owner_id
        .and_then(|owner| state.users.get(&owner))
        .map(super::user);
    json!({
        "id": application.id,
        "name": application.name,
        "icon": null,
        "description": "",
        "summary": "",
        "type": null,
        "rpc_origins": [],
        "bot_public": false,
        "bot_require_code_grant": false,
        "bot": state.users.get(&application.bot_id).map(super::user),
        "owner": owner,
        "verify_key": application.verify_key,
        "team": null,
        "flags": application.flags,
        "flags_new": application.flags.to_string(),
        "approximate_guild_count": state.guilds.len(),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "redirect_uris": [],
        "interactions_endpoint_url": null,
        "role_connections_verification_url": null,
        "event_webhooks_url": null,
        "event_webhooks_status": 1,
        "event_webhooks_types": [],
        "tags": [],
        "integration_types_config": { "0": {} },
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "max_participants": 0,
        "is_monetized": false,
        "is_verified": false,
        "is_discoverable": false,
        "hook": true,
        "storefront_available": false,
    })
}

/// The webhook object; its token only for those who may manage it.
pub fn webhook(state: &State, webhook: &Webhook, with_token: bool) -> Value {
    let mut data = json!({
        "id": webhook.id,
        "type": 1,
        "guild_id": webhook.guild_id,
        "channel_id": webhook.channel_id,
        "name": webhook.name,
        "avatar": webhook.avatar,
        "application_id": webhook.application_id,
        "user": state.users.get(&webhook.user_id).map(super::user),
    });
    if with_token {
        data["token"] = json!(webhook.token);
        data["url"] = json!(format!(
            "{}/api/webhooks/{}/{}",
            state.base_url, webhook.id, webhook.token
        ));
    }
    data
}

/// The audit log entry object.
pub fn audit_log_entry(entry: &AuditLogEntry) -> Value {
    let mut data = json!({
        "id": entry.id,
        "user_id": entry.user_id,
        "target_id": entry.target_id,
        "action_type": entry.event.0,
    });
    if let Some(reason) = &entry.reason {
        data["reason"] = json!(reason);
    }
    if !entry.changes.is_empty() {
        data["changes"] = json!(entry.changes);
    }
    if entry.options.is_object() {
        data["options"] = entry.options.clone();
    }
    data
}
