-- MySQL dump 10.19  Distrib 10.3.39-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: asteriskcdrdb
-- ------------------------------------------------------
/*!40101 SET NAMES utf8mb4 */;

--
-- Table structure for table `cel`
--

DROP TABLE IF EXISTS `cel`;
CREATE TABLE `cel` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `eventtype` varchar(30) NOT NULL,
  `eventtime` datetime NOT NULL,
  `extra` varchar(512) NOT NULL DEFAULT 'a;b',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT INTO `cel` VALUES (1,'CHAN_START','2024-10-27 00:59:00','it''s (a; \'thing\'),(2'),(2,'HANGUP','2024-10-27 01:00:00','');

--
-- Table structure for table `queuelog`
--

DROP TABLE IF EXISTS `queuelog`;
CREATE TABLE `queuelog` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `time` varchar(26) NOT NULL DEFAULT '',
  `callid` varchar(80) NOT NULL DEFAULT '',
  `queuename` varchar(256) DEFAULT NULL,
  `agent` varchar(80) NOT NULL DEFAULT '',
  `event` varchar(32) NOT NULL DEFAULT '',
  `data1` varchar(100) NOT NULL DEFAULT '',
  `data2` varchar(100) NOT NULL DEFAULT '',
  `data3` varchar(100) NOT NULL DEFAULT '',
  `data4` varchar(100) NOT NULL DEFAULT '',
  `data5` varchar(100) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  KEY `event` (`event`)
) ENGINE=InnoDB AUTO_INCREMENT=12 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `queuelog` WRITE;
/*!40000 ALTER TABLE `queuelog` DISABLE KEYS */;
INSERT INTO `queuelog` VALUES (1,'2024-10-26 17:59:58.000120','NONE',NULL,'NONE','QUEUESTART','','','','',''),(2,'2024-10-26 18:00:00.250000','1729958399.1','sales','NONE','ENTERQUEUE','','5550100','1','',''),(3,'2024-10-26 18:00:06.100000','1729958399.1','sales','Sinéad O\'Dea','RINGNOANSWER','5000','','','',''),(4,'2024-10-26 18:00:12','1729958399.1','sales','PJSIP/401','RINGING','','','','',''),(5,'2024-10-26 18:00:15.400000','1729958399.1','sales','PJSIP/401','CONNECT','15','1729958412.3','3','','');
INSERT INTO `queuelog` VALUES (6,'2024-10-26 18:04:15.400000','1729958399.1','sales','PJSIP/401','ATTENDEDTRANSFER','LINK','PJSIP/401-00000a','PJSIP/402-00000b','15','240|1'),(7,'2024-10-26 18:05:00.000000','NONE','sales','PJSIP/401','PAUSE','lunch | late','','','',''),(8,'2024-10-27 02:59:59.500000','1729990799.7','sales','NONE','ENTERQUEUE','','5550101','1','',''),(9,'2024-10-27 02:00:04.500000','1729990799.7','sales','NONE','ABANDON','1','1','5','',''),(10,'2024-10-27 03:10:00.000000','NONE','NONE','NONE','CONFIGRELOAD','','','','',''),(11,'2025-03-30 02:30:00.000000','NONE','NONE','NONE','CONFIGRELOAD','','','','','');
/*!40000 ALTER TABLE `queuelog` ENABLE KEYS */;
UNLOCK TABLES;
-- Dump completed on 2025-04-01  3:00:00
