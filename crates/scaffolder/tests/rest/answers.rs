//! Forms, actions, filters.

use platform::database::Database;
use reqwest::StatusCode;
use serde_json::json;

use crate::portal::Portal;

testkit::on_both_engines! {
    async fn the_form_of_a_template(db: Database) {
        let portal = Portal::new(&db).await;
        let (status, form) = portal
            .get("guest", "/api/scaffolder/v2/templates/default/template/service/parameter-schema")
            .await;
        assert_eq!(status, StatusCode::OK);
        insta::allow_duplicates! { insta::assert_json_snapshot!(form, @r#"
        {
          "title": "A service",
          "presentation": {
            "buttonLabels": {
              "createButtonText": "Make it"
            }
          },
          "description": "Makes a service.",
          "ui:options": {
            "width": "wide"
          },
          "steps": [
            {
              "title": "Name",
              "schema": {
                "title": "Name",
                "required": [
                  "name"
                ],
                "properties": {
                  "name": {
                    "type": "string",
                    "maxLength": 10,
                    "ui:autofocus": true
                  }
                }
              }
            },
            {
              "title": "Please enter the following information",
              "schema": {
                "properties": {
                  "size": {
                    "type": "integer",
                    "minimum": 1
                  }
                }
              }
            }
          ]
        }
        "#); }
        for (path, expected) in
            [("default/template/nowhere", 404), ("default/user/ada", 400), ("other/template/service", 404)]
        {
            let (status, answer) =
                portal.get("guest", &format!("/api/scaffolder/v2/templates/{path}/parameter-schema")).await;
            assert_eq!(status.as_u16(), expected, "{path}: {answer}");
        }
        let (_, none) =
            portal.get("guest", "/api/scaffolder/v2/templates/default/template/fail/parameter-schema").await;
        assert_eq!(none, json!({ "title": "fail", "steps": [] }));
    }

    async fn actions_and_filters_are_told(db: Database) {
        let portal = Portal::new(&db).await;
        let (status, actions) = portal.get("guest", "/api/scaffolder/v2/actions").await;
        assert_eq!(status, StatusCode::OK);
        let actions = actions.as_array().unwrap();
        let ids: Vec<&str> = actions.iter().map(|action| action["id"].as_str().unwrap()).collect();
        assert!(ids.is_sorted() && ids.contains(&"wait:approval") && ids.contains(&"test:echo"), "{ids:?}");
        let wait = &actions[ids.iter().position(|id| *id == "wait:approval").unwrap()];
        assert_eq!(wait["schema"]["input"]["required"], json!(["approvers"]));
        assert!(wait["examples"][0]["example"].as_str().unwrap().contains("action: wait:approval"));
        let (status, extensions) = portal.get("guest", "/api/scaffolder/v2/templating-extensions").await;
        assert_eq!(status, StatusCode::OK);
        let filters: Vec<&String> = extensions["filters"].as_object().unwrap().keys().collect();
        assert_eq!(filters, ["parseEntityRef", "parseRepoUrl", "pick", "projectSlug"]);
        assert_eq!(extensions["globals"], json!({ "functions": {}, "values": {} }));
    }
}
