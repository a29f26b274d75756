INSERT INTO `queue_log` (`partition`, `time_id`, `call_id`, `queue`, `agent`, `verb`, `data1`, `data2`, `data3`, `data4`, `serverid`, `unique_row_count`) VALUES
('P001', 1729958400, '1729958399.1', 'sales', 'NONE', 'ENTERQUEUE', '', '5550100', '1', '', '', 1),
('P001', 1729958415, '1729958399.1', 'sales', 'Agent/1001', 'CONNECT', '15', '1729958412.3', '3', '', '', 2),
('P001', 1729958500, '1729958399.1', 'sales', 'Agent/1001', 'COMPLETECALLER', '15', '85', '1', '', '', 3);
