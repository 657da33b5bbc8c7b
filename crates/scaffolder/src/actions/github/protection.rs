//! What keeps a branch of a repository from being changed by everybody.

use http::Method;
use integrations::{GithubRepository, encode_part};
use serde::Deserialize;
use serde_json::{Value, json};

use super::inputs::texts;
use crate::action::ActionError;

/// What protects a branch. The names are those of the inputs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rules {
    bypass_pull_request_allowances: Option<Value>,
    required_approving_review_count: Option<f64>,
    restrictions: Option<Value>,
    #[serde(default)]
    require_code_owner_reviews: bool,
    #[serde(default)]
    dismiss_stale_reviews: bool,
    #[serde(default)]
    required_status_check_contexts: Vec<String>,
    #[serde(default = "yes")]
    require_branches_to_be_up_to_date: bool,
    #[serde(default)]
    required_conversation_resolution: bool,
    #[serde(default)]
    require_last_push_approval: bool,
    #[serde(default)]
    required_commit_signing: bool,
    #[serde(default)]
    required_linear_history: bool,
}

pub(super) const fn yes() -> bool {
    true
}

pub(super) fn inputs() -> Value {
    let people = |required: &[&str], description: &str| {
        let list = json!({ "type": "array", "items": { "type": "string" } });
        let mut schema = json!({
            "type": "object",
            "properties": { "apps": list, "users": list, "teams": list },
            "additionalProperties": false,
            "description": description,
        });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    };
    json!({
        "bypassPullRequestAllowances": people(&[], "Users, teams and apps that need no pull request."),
        "requiredApprovingReviewCount": { "type": "number", "description": "How many people have to approve a pull request, 0 to 6; 1 if left out." },
        "restrictions": people(&["users", "teams"], "Who may push to the branch. Only repositories of organisations can say so."),
        "requireCodeOwnerReviews": { "type": "boolean", "description": "Whether a code owner has to approve a pull request." },
        "dismissStaleReviews": { "type": "boolean", "description": "Whether an approval is void once something is pushed." },
        "requiredStatusCheckContexts": texts("The checks that have to pass before a pull request is merged."),
        "requireBranchesToBeUpToDate": { "type": "boolean", "default": true, "description": "Whether a branch has to hold the newest state before it is merged." },
        "requiredConversationResolution": { "type": "boolean", "description": "Whether all conversations have to be resolved before a pull request is merged." },
        "requireLastPushApproval": { "type": "boolean", "default": false, "description": "Whether somebody else has to approve what was pushed last." },
        "requiredCommitSigning": { "type": "boolean", "description": "Whether commits have to be signed." },
        "requiredLinearHistory": { "type": "boolean", "description": "Whether merge commits are refused." },
    })
}

impl Rules {
    /// Protects a branch. `more` are settings of the protection that not every action has.
    pub(super) async fn apply(
        &self,
        repository: &GithubRepository,
        branch: &str,
        enforce_admins: bool,
        more: Option<(&str, Value)>,
    ) -> Result<(), ActionError> {
        let reviews = self.required_approving_review_count.unwrap_or(1.0);
        if reviews.fract() != 0.0 || !(0.0..=6.0).contains(&reviews) {
            return Err(ActionError::new(
                "requiredApprovingReviewCount has to be a whole number from 0 to 6.",
            ));
        }
        let mut body = json!({
            "required_status_checks": {
                "strict": self.require_branches_to_be_up_to_date,
                "contexts": self.required_status_check_contexts,
            },
            "restrictions": self.restrictions,
            "enforce_admins": enforce_admins,
            "required_pull_request_reviews": {
                "required_approving_review_count": whole(reviews),
                "require_code_owner_reviews": self.require_code_owner_reviews,
                "dismiss_stale_reviews": self.dismiss_stale_reviews,
                "require_last_push_approval": self.require_last_push_approval,
            },
            "required_conversation_resolution": self.required_conversation_resolution,
            "required_linear_history": self.required_linear_history,
        });
        if let Some(allowed) = &self.bypass_pull_request_allowances {
            body["required_pull_request_reviews"]["bypass_pull_request_allowances"] = allowed.clone();
        }
        if let Some((name, value)) = more {
            body[name] = value;
        }
        let branch = branch.split('/').map(encode_part).collect::<Vec<_>>().join("/");
        let path = format!("/branches/{branch}/protection");
        repository.send(Method::PUT, &path, Some(&body)).await?;
        if self.required_commit_signing {
            repository.send(Method::POST, &format!("{path}/required_signatures"), None).await?;
        }
        Ok(())
    }
}

/// A whole number as JSON writes one.
fn whole(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers of this size fit")]
    let whole = number as i64;
    json!(whole)
}

/// Whether GitHub refused because the plan of the owner has no protection for private repositories.
pub(super) fn is_matter_of_the_plan(error: &ActionError) -> bool {
    error.message.contains("Upgrade to GitHub")
}
