//! How Discord says no: the refusals with their HTTP status, JSON error code and message, and the tree of field
//! errors of an invalid form (50035).
//!
//! Deciding *when* to refuse is the business of the routes; here is only what a refusal looks like. Codes and
//! meanings: Discord's "Opcodes and Status Codes"; the tree: its "Reference", section "Error Messages".

use serde_json::{Map, Value, json};

/// A refusal as a route hands it out: HTTP status and JSON body.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Discord's JSON error code; 0 where Discord has none.
    pub code: u32,
    /// The message beside the code.
    pub message: String,
    /// Field errors, only with 50035.
    pub errors: Option<Value>,
}

/// Declares the refusals that need no detail: name, status, code and Discord's message.
macro_rules! refusals {
    ($($name:ident = $status:literal $code:literal $message:literal;)*) => {
        impl Refusal {
            $(
                #[doc = concat!("Error ", stringify!($code), ": ", $message, ".")]
                pub fn $name() -> Self {
                    Self::new($status, $code, $message)
                }
            )*
        }
    };
}

refusals! {
    not_found = 404 0 "404: Not Found";
    method_not_allowed = 405 0 "405: Method Not Allowed";
    unauthorized = 401 0 "401: Unauthorized";
    unknown_application = 404 10002 "Unknown Application";
    unknown_channel = 404 10003 "Unknown Channel";
    unknown_guild = 404 10004 "Unknown Guild";
    unknown_invite = 404 10006 "Unknown Invite";
    unknown_member = 404 10007 "Unknown Member";
    unknown_message = 404 10008 "Unknown Message";
    unknown_overwrite = 404 10009 "Unknown Overwrite";
    unknown_role = 404 10011 "Unknown Role";
    unknown_user = 404 10013 "Unknown User";
    unknown_emoji = 400 10014 "Unknown Emoji";
    unknown_webhook = 404 10015 "Unknown Webhook";
    unknown_ban = 404 10026 "Unknown Ban";
    unknown_sticker = 404 10060 "Unknown sticker";
    unknown_interaction = 404 10062 "Unknown interaction";
    unknown_command = 404 10063 "Unknown application command";
    not_your_application = 403 20012 "You are not authorized to perform this action on this application";
    max_pins = 400 30003 "Maximum number of pins reached (250)";
    max_webhooks = 400 30007 "Maximum number of webhooks reached (15)";
    max_reactions = 400 30010 "Maximum number of reactions reached (20)";
    max_channels = 400 30013 "Maximum number of server channels reached (500)";
    max_commands = 400 30032 "Maximum number of application commands reached (100)";
    max_thread_members = 400 30033 "Maximum number of thread participants has been reached (1000)";
    max_tags = 400 30048 "Maximum number of tags in a forum channel has been reached";
    too_large = 413 40005 "Request entity too large";
    user_is_banned = 403 40007 "The user is banned from this guild.";
    already_crossposted = 400 40033 "This message has already been crossposted.";
    forum_takes_no_messages = 400 40058 "Cannot send messages in a forum channel";
    already_acknowledged = 400 40060 "Interaction has already been acknowledged.";
    tag_required = 400 40067 "A tag is required to create a forum post in this channel";
    missing_access = 403 50001 "Missing Access";
    not_on_a_dm = 400 50003 "Cannot execute action on a DM channel";
    not_the_author = 403 50005 "Cannot edit a message authored by another user";
    empty_message = 400 50006 "Cannot send an empty message";
    cannot_message_user = 403 50007 "Cannot send messages to this user";
    not_a_text_channel = 400 50008 "Cannot send messages in a non-text channel";
    missing_permissions = 403 50013 "Missing Permissions";
    wrong_bulk_size = 400 50016 "You can only bulk delete between 2 and 100 messages.";
    pinned_elsewhere = 400 50019 "A message can only be pinned to the channel it was sent in";
    system_message = 403 50021 "Cannot execute action on a system message";
    wrong_channel_type = 400 50024 "Cannot execute action on this channel type";
    bad_webhook_token = 401 50027 "Invalid Webhook Token";
    invalid_recipients = 400 50033 "Invalid Recipient(s)";
    too_old_for_bulk = 400 50034 "You can only bulk delete messages that are under 14 days old.";
    bad_form = 400 50035 "Invalid Form Body";
    bad_version = 400 50041 "Invalid API version";
    stickers_are_fixed = 400 50080 "Cannot edit stickers within a message";
    invalid_sticker = 400 50081 "Invalid sticker sent";
    thread_is_archived = 400 50083 "Thread is archived";
    bad_json = 400 50109 "The request body contains invalid JSON.";
    no_mutual_guilds = 403 50278 "Cannot send messages to this user due to having no mutual guilds";
    reply_needs_history = 400 160_002 "Cannot reply without permission to read message history";
    thread_exists = 400 160_004 "A thread has already been created for this message";
    thread_is_locked = 400 160_005 "Thread is locked";
    too_many_threads = 400 160_006 "Maximum number of active threads reached";
    cannot_forward = 400 160_014 "You cannot forward a message whose content you cannot read";
    blocked_by_automod = 400 200_000 "Message was blocked by automatic moderation";
    title_blocked_by_automod = 400 200_001 "Title was blocked by automatic moderation";
    failed_to_ban = 400 500_000 "Failed to ban users";
    poll_is_fixed = 400 520_003 "Cannot edit a poll message";
    not_a_poll = 400 520_006 "Cannot expire a non-poll message";
}

impl Refusal {
    /// A refusal with any status, code and message.
    pub fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            errors: None,
        }
    }

    /// An invalid form with one field error; `path` is dotted (`embeds.0.title`), empty for the request itself.
    pub fn field(path: &str, code: &str, message: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(path, code, message);
        errors.into_refusal()
    }

    /// The JSON body.
    pub fn body(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

/// Field errors collected while a form is read, so that one answer names them all.
#[derive(Clone, Debug, Default)]
pub struct FieldErrors {
    root: Map<String, Value>,
}

impl FieldErrors {
    /// Adds one error at a dotted path.
    pub fn add(&mut self, path: &str, code: &str, message: impl Into<String>) {
        let mut here = &mut self.root;
        for step in path.split('.').filter(|step| !step.is_empty()) {
            let next = here.entry(step).or_insert_with(|| json!({}));
            if !next.is_object() {
                *next = json!({});
            }
            let Value::Object(inner) = next else { return };
            here = inner;
        }
        let list = here.entry("_errors").or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(json!({ "code": code, "message": message.into() }));
        }
    }

    /// A required field is absent.
    pub fn required(&mut self, path: &str) {
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    /// A text or list outside its allowed length.
    pub fn length(&mut self, path: &str, least: usize, most: usize) {
        self.add(
            path,
            "BASE_TYPE_BAD_LENGTH",
            format!("Must be between {least} and {most} in length."),
        );
    }

    /// A text above its longest length.
    pub fn too_long(&mut self, path: &str, most: usize) {
        self.add(
            path,
            "BASE_TYPE_MAX_LENGTH",
            format!("Must be {most} or fewer in length."),
        );
    }

    /// A value outside the allowed ones.
    pub fn choice(&mut self, path: &str, allowed: &str) {
        self.add(
            path,
            "BASE_TYPE_CHOICES",
            format!("Value must be one of {allowed}."),
        );
    }

    /// A number outside its range.
    pub fn range(&mut self, path: &str, least: i64, most: i64) {
        self.add(
            path,
            "NUMBER_TYPE_RANGE",
            format!("int value should be between {least} and {most}."),
        );
    }

    /// A value of the wrong JSON type.
    pub fn wrong_type(&mut self, path: &str, wanted: &str) {
        self.add(
            path,
            "BASE_TYPE_INVALID",
            format!("Could not interpret this value as {wanted}."),
        );
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.root.is_empty()
    }

    /// `Ok` when nothing was found, otherwise the 50035 refusal.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(self.into_refusal())
        }
    }

    fn into_refusal(self) -> Refusal {
        Refusal {
            errors: Some(Value::Object(self.root)),
            ..Refusal::bad_form()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_errors_form_the_tree_of_the_documentation() {
        let mut errors = FieldErrors::default();
        errors.too_long("embeds.0.title", 256);
        errors.required("name");
        errors.add(
            "",
            "APPLICATION_COMMAND_TOO_LARGE",
            "Command exceeds maximum size (8000)",
        );
        let refusal = errors.finish().expect_err("three errors were added");
        assert_eq!(refusal.status, 400);
        assert_eq!(
            refusal.body(),
            json!({
                "code": 50035,
                "message": "Invalid Form Body",
                "errors": {
                    "embeds": { "0": { "title": { "_errors": [
                        { "code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length." }
                    ] } } },
                    "name": { "_errors": [{ "code": "BASE_TYPE_REQUIRED", "message": "This field is required" }] },
                    "_errors": [
                        { "code": "APPLICATION_COMMAND_TOO_LARGE", "message": "Command exceeds maximum size (8000)" }
                    ],
                }
            })
        );
    }

    #[test]
    fn a_form_without_errors_is_accepted() {
        assert!(FieldErrors::default().finish().is_ok());
    }

    #[test]
    fn an_unknown_route_has_no_code_of_its_own() {
        assert_eq!(
            Refusal::not_found().body(),
            json!({ "message": "404: Not Found", "code": 0 })
        );
    }
}
