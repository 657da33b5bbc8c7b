//! Who asks, and what they may do.
//!
//! Every service function takes a [`Caller`] and asks the [`Policy`] for a named [`Permission`]; there is no other way
//! to the data. This module knows no session, token or sign-in provider: who a caller is was settled before.

use crate::error::{Error, Result};

/// Who makes a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Caller {
    /// No credentials at all.
    #[default]
    Nobody,
    /// Somebody without a name, let in by configuration.
    Guest,
    /// A person who signed in.
    User {
        /// Canonical entity reference, such as `user:default/ada`.
        entity_ref: String,
        /// Canonical references of the groups that the person belongs to.
        groups: Vec<String>,
    },
    /// Another program with a token of its own, or Portico itself (a job, the command line).
    Service {
        /// Who it is, such as `external:ci`.
        subject: String,
    },
}

impl Caller {
    /// The caller as the log and refusals name it.
    pub fn subject(&self) -> &str {
        match self {
            Self::Nobody => "nobody",
            Self::Guest => "guest",
            Self::User { entity_ref, .. } => entity_ref,
            Self::Service { subject } => subject,
        }
    }
}

/// Stands in the extensions of a request that carried the cookie of a session which has ended, so that a refusal can say
/// why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionEnded;

/// What can be asked for, under the names that Backstage policies use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See entities, their relations, facets, history and problems.
    CatalogEntityRead,
    /// Have an entity's sources read again.
    CatalogEntityRefresh,
    /// Have a document validated that is not in the catalog.
    CatalogEntityValidate,
    /// See where entities are read from.
    CatalogLocationRead,
    /// Remove an entity; one that a file still describes comes back.
    CatalogEntityDelete,
    /// Register a location, or look at what it would bring.
    CatalogLocationCreate,
    /// Unregister a location.
    CatalogLocationDelete,
    /// Look into a repository for descriptor files.
    CatalogLocationAnalyze,
    /// See who one is, and which sessions one has.
    AccessAccountRead,
    /// End sessions of one's own.
    AccessSessionEnd,
    /// See what one keeps oneself (stars, saved views, visits), and the views that others share.
    HomeRead,
    /// Change what one keeps oneself.
    HomeUpdate,
    /// Show a saved view to everybody.
    HomeShare,
    /// See what one was notified of.
    NotificationsRead,
    /// Mark what one was notified of.
    NotificationsUpdate,
    /// Notify people.
    NotificationsSend,
    /// See the form of a template.
    ScaffolderTemplateParameterRead,
    /// See the steps of a template.
    ScaffolderTemplateStepRead,
    /// Have a template run without effects.
    ScaffolderTemplateDryRun,
    /// Have actions done by a run.
    ScaffolderActionExecute,
    /// Start a run.
    ScaffolderTaskCreate,
    /// See runs, their logs and what they made.
    ScaffolderTaskRead,
    /// Cancel, retry and answer runs.
    ScaffolderTaskCancel,
    /// Approve or reject what a run waits for, where the run names one as who may.
    ScaffolderTaskDecide,
}

impl Permission {
    /// Every permission there is.
    pub const ALL: [Self; 24] = [
        Self::CatalogEntityRead,
        Self::CatalogEntityRefresh,
        Self::CatalogEntityValidate,
        Self::CatalogLocationRead,
        Self::CatalogEntityDelete,
        Self::CatalogLocationCreate,
        Self::CatalogLocationDelete,
        Self::CatalogLocationAnalyze,
        Self::AccessAccountRead,
        Self::AccessSessionEnd,
        Self::HomeRead,
        Self::HomeUpdate,
        Self::HomeShare,
        Self::NotificationsRead,
        Self::NotificationsUpdate,
        Self::NotificationsSend,
        Self::ScaffolderTemplateParameterRead,
        Self::ScaffolderTemplateStepRead,
        Self::ScaffolderTemplateDryRun,
        Self::ScaffolderActionExecute,
        Self::ScaffolderTaskCreate,
        Self::ScaffolderTaskRead,
        Self::ScaffolderTaskCancel,
        Self::ScaffolderTaskDecide,
    ];

    /// The name in policies, logs and refusals.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CatalogEntityRead => "catalog.entity.read",
            Self::CatalogEntityRefresh => "catalog.entity.refresh",
            Self::CatalogEntityValidate => "catalog.entity.validate",
            Self::CatalogLocationRead => "catalog.location.read",
            Self::CatalogEntityDelete => "catalog.entity.delete",
            Self::CatalogLocationCreate => "catalog.location.create",
            Self::CatalogLocationDelete => "catalog.location.delete",
            Self::CatalogLocationAnalyze => "catalog.location.analyze",
            Self::AccessAccountRead => "access.account.read",
            Self::AccessSessionEnd => "access.session.end",
            Self::HomeRead => "home.read",
            Self::HomeUpdate => "home.update",
            Self::HomeShare => "home.share",
            Self::NotificationsRead => "notifications.read",
            Self::NotificationsUpdate => "notifications.update",
            Self::NotificationsSend => "notifications.send",
            Self::ScaffolderTemplateParameterRead => "scaffolder.template.parameter.read",
            Self::ScaffolderTemplateStepRead => "scaffolder.template.step.read",
            Self::ScaffolderTemplateDryRun => "scaffolder.template.dry-run",
            Self::ScaffolderActionExecute => "scaffolder.action.execute",
            Self::ScaffolderTaskCreate => "scaffolder.task.create",
            Self::ScaffolderTaskRead => "scaffolder.task.read",
            Self::ScaffolderTaskCancel => "scaffolder.task.cancel",
            Self::ScaffolderTaskDecide => "scaffolder.task.decide",
        }
    }

    /// Whether it only looks and changes nothing.
    pub const fn is_read(self) -> bool {
        matches!(
            self,
            Self::CatalogEntityRead
                | Self::CatalogLocationRead
                | Self::AccessAccountRead
                | Self::HomeRead
                | Self::NotificationsRead
                | Self::ScaffolderTemplateParameterRead
                | Self::ScaffolderTemplateStepRead
                | Self::ScaffolderTaskRead
        )
    }
}

/// What the configuration says about permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyConfig {
    /// `permission.enabled`: whether a guest is held to reading.
    pub permission_enabled: bool,
}

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To everything.
    All,
    /// To what the caller owns.
    Own,
}

/// Decides who may do what.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policy {
    config: PolicyConfig,
}

impl Policy {
    /// The policy for `config`.
    pub const fn new(config: PolicyConfig) -> Self {
        Self { config }
    }

    /// Whether `caller` may do what `permission` names. Nobody is told to authenticate; who is known is told which
    /// permission is missing.
    pub fn check(&self, caller: &Caller, permission: Permission) -> Result<()> {
        let allowed = match caller {
            Caller::Nobody => return Err(Error::unauthenticated()),
            // People are notified by programs alone.
            Caller::Guest | Caller::User { .. } if permission == Permission::NotificationsSend => false,
            // A guest has no session that could end.
            Caller::Guest if permission == Permission::AccessSessionEnd => false,
            // What is only seen by the guest's own browser is the guest's to change.
            Caller::Guest => {
                permission.is_read()
                    || permission == Permission::HomeUpdate
                    || !self.config.permission_enabled
            }
            Caller::User { .. } => match permission {
                Permission::CatalogEntityRefresh
                | Permission::CatalogEntityValidate
                | Permission::AccessSessionEnd
                | Permission::HomeUpdate
                | Permission::HomeShare
                | Permission::NotificationsUpdate
                | Permission::ScaffolderTemplateDryRun
                | Permission::ScaffolderActionExecute
                | Permission::ScaffolderTaskCreate
                | Permission::ScaffolderTaskCancel
                | Permission::ScaffolderTaskDecide => true,
                _ => permission.is_read() || !self.config.permission_enabled,
            },
            Caller::Service { .. } => true,
        };
        if allowed {
            Ok(())
        } else {
            let (who, what) = (caller.subject(), permission.name());
            Err(Error::not_allowed(format!("{who} may not do this: the permission {what} is missing.")))
        }
    }

    /// As [`Self::check`], for a permission about things that have an owner: whether it reaches to those of others.
    pub fn reach(&self, caller: &Caller, permission: Permission) -> Result<Reach> {
        self.check(caller, permission)?;
        let is_held = self.config.permission_enabled && !matches!(caller, Caller::Service { .. });
        Ok(if is_held { Reach::Own } else { Reach::All })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_permissions() {
        let callers = [
            Caller::Nobody,
            Caller::Guest,
            Caller::User { entity_ref: "user:default/ada".into(), groups: vec![] },
            Caller::Service { subject: "external:ci".into() },
        ];
        let mut matrix = String::new();
        for permission_enabled in [false, true] {
            matrix += &format!("permission.enabled: {permission_enabled}\n");
            let policy = Policy::new(PolicyConfig { permission_enabled });
            for permission in Permission::ALL {
                matrix += &format!("  {:34}", permission.name());
                for caller in &callers {
                    let answer = policy.check(caller, permission);
                    let status = answer.map_or_else(|error| error.kind().status(), |()| 200);
                    matrix += &format!(" {}={status}", caller.subject());
                }
                matrix += "\n";
            }
        }
        insta::assert_snapshot!(matrix, @r#"
        permission.enabled: false
          catalog.entity.read                nobody=401 guest=200 user:default/ada=200 external:ci=200
          catalog.entity.refresh             nobody=401 guest=200 user:default/ada=200 external:ci=200
          catalog.entity.validate            nobody=401 guest=200 user:default/ada=200 external:ci=200
          catalog.location.read              nobody=401 guest=200 user:default/ada=200 external:ci=200
          catalog.entity.delete              nobody=401 guest=200 user:default/ada=200 external:ci=200
          catalog.location.create            nobody=401 guest=200 user:default/ada=200 external:ci=200
          catalog.location.delete            nobody=401 guest=200 user:default/ada=200 external:ci=200
          catalog.location.analyze           nobody=401 guest=200 user:default/ada=200 external:ci=200
          access.account.read                nobody=401 guest=200 user:default/ada=200 external:ci=200
          access.session.end                 nobody=401 guest=403 user:default/ada=200 external:ci=200
          home.read                          nobody=401 guest=200 user:default/ada=200 external:ci=200
          home.update                        nobody=401 guest=200 user:default/ada=200 external:ci=200
          home.share                         nobody=401 guest=200 user:default/ada=200 external:ci=200
          notifications.read                 nobody=401 guest=200 user:default/ada=200 external:ci=200
          notifications.update               nobody=401 guest=200 user:default/ada=200 external:ci=200
          notifications.send                 nobody=401 guest=403 user:default/ada=403 external:ci=200
          scaffolder.template.parameter.read nobody=401 guest=200 user:default/ada=200 external:ci=200
          scaffolder.template.step.read      nobody=401 guest=200 user:default/ada=200 external:ci=200
          scaffolder.template.dry-run        nobody=401 guest=200 user:default/ada=200 external:ci=200
          scaffolder.action.execute          nobody=401 guest=200 user:default/ada=200 external:ci=200
          scaffolder.task.create             nobody=401 guest=200 user:default/ada=200 external:ci=200
          scaffolder.task.read               nobody=401 guest=200 user:default/ada=200 external:ci=200
          scaffolder.task.cancel             nobody=401 guest=200 user:default/ada=200 external:ci=200
          scaffolder.task.decide             nobody=401 guest=200 user:default/ada=200 external:ci=200
        permission.enabled: true
          catalog.entity.read                nobody=401 guest=200 user:default/ada=200 external:ci=200
          catalog.entity.refresh             nobody=401 guest=403 user:default/ada=200 external:ci=200
          catalog.entity.validate            nobody=401 guest=403 user:default/ada=200 external:ci=200
          catalog.location.read              nobody=401 guest=200 user:default/ada=200 external:ci=200
          catalog.entity.delete              nobody=401 guest=403 user:default/ada=403 external:ci=200
          catalog.location.create            nobody=401 guest=403 user:default/ada=403 external:ci=200
          catalog.location.delete            nobody=401 guest=403 user:default/ada=403 external:ci=200
          catalog.location.analyze           nobody=401 guest=403 user:default/ada=403 external:ci=200
          access.account.read                nobody=401 guest=200 user:default/ada=200 external:ci=200
          access.session.end                 nobody=401 guest=403 user:default/ada=200 external:ci=200
          home.read                          nobody=401 guest=200 user:default/ada=200 external:ci=200
          home.update                        nobody=401 guest=200 user:default/ada=200 external:ci=200
          home.share                         nobody=401 guest=403 user:default/ada=200 external:ci=200
          notifications.read                 nobody=401 guest=200 user:default/ada=200 external:ci=200
          notifications.update               nobody=401 guest=403 user:default/ada=200 external:ci=200
          notifications.send                 nobody=401 guest=403 user:default/ada=403 external:ci=200
          scaffolder.template.parameter.read nobody=401 guest=200 user:default/ada=200 external:ci=200
          scaffolder.template.step.read      nobody=401 guest=200 user:default/ada=200 external:ci=200
          scaffolder.template.dry-run        nobody=401 guest=403 user:default/ada=200 external:ci=200
          scaffolder.action.execute          nobody=401 guest=403 user:default/ada=200 external:ci=200
          scaffolder.task.create             nobody=401 guest=403 user:default/ada=200 external:ci=200
          scaffolder.task.read               nobody=401 guest=200 user:default/ada=200 external:ci=200
          scaffolder.task.cancel             nobody=401 guest=403 user:default/ada=200 external:ci=200
          scaffolder.task.decide             nobody=401 guest=403 user:default/ada=200 external:ci=200
        "#);
    }

    #[test]
    fn only_programs_reach_to_what_others_own_where_permissions_are_on() {
        let user = Caller::User { entity_ref: "user:default/ada".into(), groups: vec![] };
        let program = Caller::Service { subject: "external:ci".into() };
        for (enabled, caller, expected) in [
            (false, &Caller::Guest, Some(Reach::All)),
            (false, &user, Some(Reach::All)),
            (true, &Caller::Guest, Some(Reach::Own)),
            (true, &user, Some(Reach::Own)),
            (true, &program, Some(Reach::All)),
            (false, &Caller::Nobody, None),
        ] {
            let policy = Policy::new(PolicyConfig { permission_enabled: enabled });
            let reach = policy.reach(caller, Permission::ScaffolderTaskRead).ok();
            assert_eq!(reach, expected, "{enabled} {caller:?}");
        }
    }

    #[test]
    fn a_refusal_names_the_permission() {
        let policy = Policy::new(PolicyConfig { permission_enabled: true });
        let refusal = policy.check(&Caller::Guest, Permission::CatalogEntityRefresh).unwrap_err();
        assert_eq!(
            refusal.message(),
            "guest may not do this: the permission catalog.entity.refresh is missing."
        );
    }
}
