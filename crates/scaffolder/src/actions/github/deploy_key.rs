//! `github:deployKey:create`.

use std::sync::Arc;

use http::Method;
use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::inputs::schema;
use super::sealed::Seal;
use super::{list, needs, output, repository};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::{Reach, about, input, object, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    public_key: String,
    private_key: Secret<String>,
    deploy_key_name: String,
    private_key_secret_name: Option<String>,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "publicKey": { "type": "string", "description": "The public key, as `ssh-keygen` writes it." },
        "privateKey": { "type": "string", "description": "The private key, from the secrets of the form." },
        "deployKeyName": { "type": "string", "description": "What the key is called." },
        "privateKeySecretName": { "type": "string", "description": "The secret of the repository that holds the private key; `NAME_PRIVATE_KEY` with the name of the key if left out." },
    });
    let given = object(
        &["privateKeySecretName"],
        json!({ "privateKeySecretName": { "type": "string", "description": "The name of the secret." } }),
    );
    let about = about(
        "github:deployKey:create",
        "Gives a GitHub repository a deploy key, and its workflows the private key as a secret. \
         A key that the repository has already stays.",
        schema(&["publicKey", "privateKey", "deployKeyName"], [own]),
        &[(
            "Let workflows push with a key.",
            "steps:\n  - id: key\n    action: github:deployKey:create\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      publicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA deploy@acme\n      privateKey: ${{ secrets.privateKey }}\n      deployKeyName: Push\n",
        )],
    );
    simple(About { output: given, dry_run: false, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { create(&reach, &invocation).await })
    })
}

async fn create(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let asked: Input = input(invocation.input.clone())?;
    let key = bare(&asked.public_key).ok_or_else(|| {
        ActionError::new("publicKey is no public key: it has a type and the key, as in `ssh-ed25519 AAAA…`.")
    })?;
    let secret = asked.private_key_secret_name.clone().unwrap_or_else(|| {
        let name = asked.deploy_key_name.replace(' ', "_").to_uppercase();
        format!("{name}_PRIVATE_KEY")
    });
    let repository = repository(reach, &asked.repo_url, asked.token.as_ref())?;
    let refused = |error| needs(error, "Administration: write", "the repository");
    let known = list(&repository, "/keys").await.map_err(refused)?;
    let is_same = |other: &Value| other["key"].as_str().and_then(bare) == Some(key);
    if !known.iter().any(is_same) {
        let body = json!({ "title": asked.deploy_key_name, "key": asked.public_key });
        repository.send(Method::POST, "/keys", Some(&body)).await.map_err(refused)?;
    }
    let seal = Seal::of(&repository, "/actions").await?;
    seal.set(&repository, "/actions", &secret, &asked.private_key).await?;
    output([("privateKeySecretName", json!(secret))])
}

/// The type and the key, without the comment, which GitHub does not keep.
fn bare(key: &str) -> Option<(&str, &str)> {
    let mut parts = key.split_ascii_whitespace();
    Some((parts.next()?, parts.next()?))
}
