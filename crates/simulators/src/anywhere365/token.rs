//! The token endpoint.

use serde_json::json;

use crate::Bearer;
use crate::site::World;
use crate::wire::{Asked, Reply};

/// The token endpoint. It is a Keycloak (docs/vendors/anywhere365.md); the grant is assumed.
pub(super) fn token(world: &mut World, tenant: &str, asked: &Asked) -> Reply {
    let Bearer::Issued { life } = world.options.anywhere365.bearer else {
        return Reply::text(404, "Not Found");
    };
    if tenant != world.options.anywhere365.tenant {
        return Reply::json(404, &json!({ "error": "Realm does not exist" }));
    }
    let form: Vec<_> = url::form_urlencoded::parse(&asked.body).collect();
    let field = |name| {
        let found = form.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_ref())
    };
    if !asked.is("application/x-www-form-urlencoded") || field("grant_type") != Some("password") {
        return Reply::json(400, &json!({ "error": "unsupported_grant_type" }));
    }
    if field("client_id") != Some("coreapi") {
        return Reply::json(401, &json!({ "error": "invalid_client" }));
    }
    let known = field("username") == Some(&world.options.anywhere365.user)
        && field("password") == Some(&world.secret);
    if !known {
        return Reply::json(401, &json!({ "error": "invalid_grant" }));
    }
    Reply::json(
        200,
        &json!({
            "access_token": world.issue_token(life),
            // Whole seconds, as the real one; 0 would mean a token that is none.
            "expires_in": life.as_secs().max(1),
            "refresh_expires_in": 0,
            "token_type": "Bearer",
        }),
    )
}
