//! What is sent and answered, in the words of Backstage's clients.

use platform::notify::{Recipients, Severity};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::service::{NewNotification, Notification, Status};

/// How much a notification matters.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SeverityBody {
    Critical,
    High,
    Normal,
    Low,
}

impl From<SeverityBody> for Severity {
    fn from(body: SeverityBody) -> Self {
        match body {
            SeverityBody::Critical => Self::Critical,
            SeverityBody::High => Self::High,
            SeverityBody::Normal => Self::Normal,
            SeverityBody::Low => Self::Low,
        }
    }
}

impl From<Severity> for SeverityBody {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical => Self::Critical,
            Severity::High => Self::High,
            Severity::Normal => Self::Normal,
            Severity::Low => Self::Low,
        }
    }
}

/// A notification.
#[derive(Serialize, ToSchema)]
pub(super) struct NotificationBody {
    /// A UUID.
    id: String,
    /// The reference of the person; null where it is for everybody.
    user: Option<String>,
    /// When it was told first.
    created: String,
    /// When the caller saved it.
    saved: Option<String>,
    /// When the caller read it.
    read: Option<String>,
    /// When it was told anew.
    updated: Option<String>,
    /// Who told it.
    origin: String,
    payload: PayloadBody,
}

/// What a notification says.
#[derive(Serialize, ToSchema)]
struct PayloadBody {
    title: String,
    description: Option<String>,
    link: Option<String>,
    severity: SeverityBody,
    topic: Option<String>,
    scope: Option<String>,
    icon: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
}

impl From<Notification> for NotificationBody {
    fn from(notification: Notification) -> Self {
        Self {
            id: notification.id,
            user: notification.user,
            created: rfc3339(notification.created),
            saved: notification.saved.map(rfc3339),
            read: notification.read.map(rfc3339),
            updated: notification.updated.map(rfc3339),
            origin: notification.origin,
            payload: PayloadBody {
                title: notification.title,
                description: notification.description,
                link: notification.link,
                severity: notification.severity.into(),
                topic: notification.topic,
                scope: notification.scope,
                icon: notification.icon,
                metadata: notification.metadata,
            },
        }
    }
}

/// A part of the caller's notifications.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListBody {
    /// How many there are in all.
    pub(super) total_count: u64,
    /// This part.
    pub(super) notifications: Vec<NotificationBody>,
}

/// How many notifications the caller has.
#[derive(Serialize, ToSchema)]
pub(super) struct StatusBody {
    unread: u64,
    read: u64,
}

impl From<Status> for StatusBody {
    fn from(Status { unread, read }: Status) -> Self {
        Self { unread, read }
    }
}

/// Topics of the caller's notifications.
#[derive(Serialize, ToSchema)]
pub(super) struct TopicsBody {
    /// In their order.
    pub(super) topics: Vec<String>,
}

/// What becomes different in notifications.
#[derive(Deserialize, ToSchema)]
pub(super) struct MarkBody {
    /// At most 1000.
    pub(super) ids: Vec<String>,
    /// Whether they are read.
    pub(super) read: Option<bool>,
    /// Whether they are saved.
    pub(super) saved: Option<bool>,
}

/// A notification that is to be sent.
#[derive(Deserialize, ToSchema)]
pub(super) struct SendBody {
    recipients: RecipientsBody,
    payload: NewPayload,
}

/// Whom it is for.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
enum RecipientsBody {
    /// People, members of groups, owners of anything else.
    #[serde(rename_all = "camelCase")]
    Entity {
        entity_ref: References,
        /// People and groups who are left out.
        exclude_entity_ref: Option<References>,
    },
    /// Everybody.
    Broadcast,
}

/// One reference of an entity, or several.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
enum References {
    One(String),
    Several(Vec<String>),
}

impl From<References> for Vec<String> {
    fn from(references: References) -> Self {
        match references {
            References::One(one) => vec![one],
            References::Several(several) => several,
        }
    }
}

/// What it says.
#[derive(Deserialize, ToSchema)]
struct NewPayload {
    /// At most 250 characters.
    title: String,
    /// Plain text, at most 10 000 characters.
    description: Option<String>,
    /// A path of the portal, or an address of `http` or `https`.
    link: Option<String>,
    severity: Option<SeverityBody>,
    topic: Option<String>,
    /// What the sender told before under this scope is told anew instead of a second time.
    scope: Option<String>,
    icon: Option<String>,
    /// At most 10 000 bytes.
    #[schema(value_type = Option<Value>)]
    metadata: Option<Map<String, Value>>,
}

impl From<SendBody> for NewNotification {
    fn from(SendBody { recipients, payload }: SendBody) -> Self {
        let recipients = match recipients {
            RecipientsBody::Broadcast => Recipients::Everybody,
            RecipientsBody::Entity { entity_ref, exclude_entity_ref } => Recipients::Entities {
                of: entity_ref.into(),
                except: exclude_entity_ref.map(Vec::from).unwrap_or_default(),
            },
        };
        Self {
            recipients,
            title: payload.title,
            description: payload.description,
            link: payload.link,
            severity: payload.severity.map(Severity::from).unwrap_or_default(),
            topic: payload.topic,
            scope: payload.scope,
            icon: payload.icon,
            metadata: payload.metadata.map(Value::Object),
        }
    }
}
