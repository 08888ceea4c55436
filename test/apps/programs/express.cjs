const http = require('node:http');
const express = require('express');

require('./express-app.cjs')({ express, http });
