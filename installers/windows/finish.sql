UPDATE `Property` SET `Value`='WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED;VENDOR;BASEURL;AUTOSTART;LANG;POLICYFILE;LAUNCHAPP' WHERE `Property`='SecureCustomProperties'
DELETE FROM `Upgrade` WHERE `ActionProperty`='WIX_UPGRADE_DETECTED'
INSERT INTO `Upgrade` (`UpgradeCode`, `VersionMax`, `Attributes`, `ActionProperty`) VALUES ('{1CD765CB-DCFE-424D-90CF-CC5743DFB159}', '$(var.Version)', 513, 'WIX_UPGRADE_DETECTED')
UPDATE `Component` SET `Condition`='NOT (AUTOSTART = "0")' WHERE `Component`='StartAtLogon'
UPDATE `Component` SET `Condition`='VENDOR' WHERE `Component`='Vendor'
UPDATE `Component` SET `Condition`='BASEURL' WHERE `Component`='BaseUrl'
UPDATE `Component` SET `Condition`='AUTOSTART' WHERE `Component`='Autostart'
UPDATE `Component` SET `Condition`='LANG' WHERE `Component`='Language'
UPDATE `Component` SET `Condition`='POLICYFILE' WHERE `Component`='PolicyFile'
CREATE TABLE `MsiShortcutProperty` (`MsiShortcutProperty` CHAR(72) NOT NULL, `Shortcut_` CHAR(72) NOT NULL, `PropertyKey` CHAR(255) NOT NULL, `PropVariantValue` CHAR(255) NOT NULL PRIMARY KEY `MsiShortcutProperty`)
INSERT INTO `MsiShortcutProperty` (`MsiShortcutProperty`, `Shortcut_`, `PropertyKey`, `PropVariantValue`) VALUES ('ToastIdentity', 'StartMenuShortcut', 'System.AppUserModel.ID', 'app.fermata.desktop')
