//! The parameters of a list.

use platform::error::Error;
use platform::notify::Severity;

use crate::clock;
use crate::service::{OrderBy, Query};

/// What the parameters ask for; those that are not known are passed over.
pub(super) fn query(pairs: &[(String, String)]) -> Result<Query, Error> {
    let mut query = Query::default();
    for (name, value) in pairs {
        match name.as_str() {
            "offset" => query.offset = number(name, value)?,
            "limit" => query.limit = number(name, value)?,
            "orderField" => query.order.push(order(value)?),
            "topic" => query.topic = Some(value.clone()),
            "search" => query.search = Some(value.clone()).filter(|value| !value.is_empty()),
            "read" => query.read = Some(flag(name, value)?),
            "saved" => query.saved = Some(flag(name, value)?),
            "createdAfter" => {
                let moment = clock::parse(value);
                query.created_after =
                    Some(moment.ok_or_else(|| wrong(name, value, "a moment such as 2026-12-02T08:00:00Z"))?);
            }
            "minimumSeverity" => {
                let severity = Severity::parse(value);
                query.minimum_severity =
                    Some(severity.ok_or_else(|| wrong(name, value, "critical, high, normal or low"))?);
            }
            _ => {}
        }
    }
    Ok(query)
}

fn number(name: &str, value: &str) -> Result<u64, Error> {
    value.parse().map_err(|_| wrong(name, value, "a whole number from 0 on"))
}

fn flag(name: &str, value: &str) -> Result<bool, Error> {
    value.parse().map_err(|_| wrong(name, value, "true or false"))
}

/// `field,direction`; ascending without a direction.
fn order(value: &str) -> Result<(OrderBy, bool), Error> {
    let (field, direction) = value.split_once(',').unwrap_or((value, "asc"));
    let is_descending = match direction {
        "asc" => Some(false),
        "desc" => Some(true),
        _ => None,
    };
    OrderBy::parse(field).zip(is_descending).ok_or_else(|| {
        wrong(
            "orderField",
            value,
            "title, origin, topic, severity, created or updated, then a comma and asc or desc",
        )
    })
}

fn wrong(name: &str, value: &str, expected: &str) -> Error {
    Error::input(format!("{name} is {value:?}; expected is {expected}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_or_refused() {
        let asked = |text: &str| {
            let pairs: Vec<_> = model::parameters(text);
            query(&pairs)
        };
        let all = asked(
            "offset=2&limit=5&orderField=severity,desc&orderField=title&topic=a&search=b&read=false&saved=true\
             &createdAfter=1970-01-01T00:00:01Z&minimumSeverity=high&other=x",
        );
        let expected = Query {
            offset: 2,
            limit: 5,
            order: vec![(OrderBy::Severity, true), (OrderBy::Title, false)],
            topic: Some("a".to_owned()),
            search: Some("b".to_owned()),
            read: Some(false),
            saved: Some(true),
            created_after: Some(1000),
            minimum_severity: Some(Severity::High),
        };
        assert_eq!(all.ok(), Some(expected));
        assert_eq!(asked("").ok(), Some(Query::default()));
        for wrong in [
            "offset=-1",
            "limit=x",
            "orderField=id,asc",
            "orderField=title,up",
            "read=1",
            "createdAfter=now",
            "minimumSeverity=x",
        ] {
            let error = asked(wrong).expect_err(wrong);
            let name = wrong.split('=').next().unwrap_or_default();
            assert!(error.message().starts_with(name), "{wrong}: {error}");
        }
    }
}
