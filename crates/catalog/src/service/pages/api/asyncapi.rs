//! AsyncAPI, versions 2 and 3.

use model::{ApiOperation, ApiPart};
use serde_json::Value;

use super::schema::{Schemas, list, object};
use super::{Contents, OPERATIONS, SERVERS, line};

/// Messages shown of one operation.
const MESSAGES: usize = 20;

/// The channels of a document; an error says why it is none.
pub(super) fn read(root: &Value) -> Result<Contents, String> {
    let version = line(root.get("asyncapi")).ok_or("there is no `asyncapi: …` at its beginning")?;
    let mut schemas = Schemas::new(root);
    let server =
        |(_, server): (&String, &Value)| line(server.get("url")).or_else(|| line(server.get("host")));
    let servers = object(root, "servers").into_iter().flatten().filter_map(server).take(SERVERS);
    let mut contents = Contents {
        format: format!("AsyncAPI {version}"),
        servers: servers.collect(),
        operations: Vec::new(),
        left_off: 0,
    };
    let mut add = |method: &str,
                   name: &str,
                   summary: Option<String>,
                   parts: &mut dyn FnMut() -> Vec<ApiPart>| {
        if contents.operations.len() >= OPERATIONS {
            contents.left_off += 1;
            return;
        }
        let path = line(Some(&Value::String(name.to_owned()))).unwrap_or_default();
        let operation =
            ApiOperation { method: method.to_uppercase(), path, summary, deprecated: false, parts: parts() };
        contents.operations.push((String::new(), operation));
    };
    let channels = || object(root, "channels").into_iter().flatten();
    if let Some(operations) = object(root, "operations") {
        // Version 3: operations point to channels, which hold the messages.
        for operation in operations.values() {
            let channel = operation.get("channel").and_then(|channel| schemas.resolve(channel));
            let name = channel.and_then(|channel| {
                let key =
                    channels().find(|(_, known)| std::ptr::eq(*known, channel)).map(|(key, _)| key.as_str());
                channel.get("address").and_then(Value::as_str).or(key)
            });
            let action = line(operation.get("action")).unwrap_or_default();
            let summary = line(operation.get("summary")).or_else(|| line(channel?.get("description")));
            let of_operation = list(operation, "messages").iter();
            let of_channel = channel.and_then(|channel| object(channel, "messages")).into_iter().flatten();
            let messages: Vec<&Value> = match operation.get("messages") {
                Some(_) => of_operation.collect(),
                None => of_channel.map(|(_, message)| message).collect(),
            };
            add(&action, name.unwrap_or_default(), summary, &mut || parts(&mut schemas, &messages));
        }
        return Ok(contents);
    }
    for (name, channel) in channels() {
        let Some(channel) = schemas.resolve(channel) else { continue };
        for method in ["publish", "subscribe"] {
            let Some(operation) = channel.get(method) else { continue };
            let summary = line(operation.get("summary")).or_else(|| line(channel.get("description")));
            let message = operation.get("message");
            let messages: Vec<&Value> = match message.map(|message| list(message, "oneOf")) {
                None | Some([]) => message.into_iter().collect(),
                Some(several) => several.iter().collect(),
            };
            add(method, name, summary, &mut || parts(&mut schemas, &messages));
        }
    }
    Ok(contents)
}

/// What messages hold.
fn parts<'d>(schemas: &mut Schemas<'d>, messages: &[&'d Value]) -> Vec<ApiPart> {
    let mut parts = Vec::new();
    for message in messages.iter().take(MESSAGES) {
        let Some(message) = schemas.resolve(message) else { continue };
        let title = match line(message.get("name")).or_else(|| line(message.get("title"))) {
            Some(name) => format!("Message {name}"),
            None => "Message".to_owned(),
        };
        let note = line(message.get("summary")).or_else(|| line(message.get("description")));
        parts.extend(schemas.part(title, note, message.get("payload")));
    }
    parts
}
