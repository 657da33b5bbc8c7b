//! The tables beside the published JSON schemas of Backstage, straight from `../shared/backstage/schema` when that folder
//! is beside the checkout.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Field, KINDS, Kind, Shape};

/// Read by the catalog, while the schemas do not mention it.
const NOT_IN_SCHEMA: [(&str, &str); 2] = [("Component", "dependencyOf"), ("Resource", "dependencyOf")];

#[test]
fn tables_agree_with_the_published_schemas() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/backstage/schema");
    if !folder.is_dir() {
        assert!(!folder.exists(), "{} is there, but is not a folder", folder.display());
        return;
    }
    let mut unused = schema_files(&folder);
    for kind in KINDS {
        let file = folder.join(file_name(kind));
        assert!(unused.contains(&file), "no schema {}", file.display());
        unused.retain(|other| *other != file);
        let schema: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let properties = &schema["allOf"][1]["properties"];
        assert_eq!(properties["kind"]["enum"], json!([kind.name]), "{}", file.display());
        assert_eq!(properties["apiVersion"]["enum"], json!(kind.api_versions), "{}", file.display());
        compare(kind, kind.spec, &properties["spec"], &format!("{} spec", kind.name));
    }
    assert!(unused.is_empty(), "schemas without a table: {unused:?}");
}

/// The schemas of kinds; the others describe what all kinds share, or something else.
fn schema_files(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.file_name().unwrap().to_str().unwrap().contains(".v1")).collect()
}

fn file_name(kind: &Kind) -> String {
    let version = kind.api_versions[0].rsplit('/').next().unwrap();
    match kind.spec_type {
        None => format!("{}.{version}.schema.json", kind.name),
        Some(spec_type) => format!("{}.{version}.{spec_type}.schema.json", kind.name),
    }
}

fn compare(kind: &Kind, fields: &[Field], schema: &Value, place: &str) {
    assert_eq!(schema["type"], "object", "{place}");
    let is_known = |field: &&Field| !NOT_IN_SCHEMA.contains(&(kind.name, field.name));
    let mut names: Vec<&str> = fields.iter().filter(is_known).map(|field| field.name).collect();
    let mut required: Vec<&str> =
        fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let texts =
        |list: &'static str| schema[list].as_array().into_iter().flatten().map(|item| item.as_str().unwrap());
    let mut required_there: Vec<&str> = texts("required").collect();
    let mut names_there: Vec<&str> =
        schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    for list in [&mut names, &mut required, &mut names_there, &mut required_there] {
        list.sort_unstable();
    }
    assert_eq!(names, names_there, "fields of {place}");
    assert_eq!(required, required_there, "required fields of {place}");
    for field in fields.iter().filter(is_known) {
        let place = format!("{place}.{}", field.name);
        compare_shape(kind, field.shape, &schema["properties"][field.name], &place);
    }
}

fn compare_shape(kind: &Kind, shape: Shape, schema: &Value, place: &str) {
    let text = |min: Option<u64>, max: Option<usize>| {
        assert_eq!(schema["type"], "string", "{place}");
        assert_eq!(schema["minLength"].as_u64(), min, "shortest {place}");
        assert_eq!(schema["maxLength"].as_u64(), max.map(|max| max as u64), "longest {place}");
    };
    let list = |min: usize| {
        assert_eq!(schema["type"], "array", "{place}");
        assert_eq!(schema["minItems"].as_u64().unwrap_or(0), min as u64, "fewest items of {place}");
    };
    match shape {
        // The type selects the table, so its value has been compared already.
        Shape::Text if place.ends_with(" spec.type") && kind.spec_type.is_some() => {
            let value = schema.get("const").unwrap_or(&schema["enum"][0]);
            assert_eq!(value.as_str(), kind.spec_type, "{place}");
        }
        Shape::Text => text(Some(1), None),
        Shape::AnyText => text(None, None),
        Shape::ShortText(max) => text(Some(1), Some(max)),
        Shape::OneOf(allowed) => assert_eq!(schema["enum"], json!(allowed), "{place}"),
        Shape::TextOrFlag => assert_eq!(schema["type"], json!(["string", "boolean"]), "{place}"),
        Shape::Texts | Shape::AnyTexts => {
            list(0);
            let item = if shape == Shape::Texts { Shape::Text } else { Shape::AnyText };
            compare_shape(kind, item, &schema["items"], &format!("{place}[]"));
        }
        Shape::Object(fields) => compare(kind, fields, schema, place),
        Shape::TextsByKey(fields) => {
            compare(kind, fields, schema, place);
            assert_eq!(schema["additionalProperties"], json!({"type": "string"}), "{place}");
        }
        Shape::Objects(min, fields) => {
            list(min);
            compare(kind, fields, &schema["items"], &format!("{place}[]"));
        }
        Shape::ObjectOrObjects(fields) => {
            compare_shape(kind, Shape::Object(fields), &schema["oneOf"][0], place);
            compare_shape(kind, Shape::Objects(0, fields), &schema["oneOf"][1], place);
        }
    }
}
